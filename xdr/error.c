/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The codec's result codes in words.
 */
#include <oxdr/error.h>

#include "xdr/base.h"

static const char *const error_text[] = {
	[0] = "done",
	[OXDR_E_NOMEM] = "out of memory",
	[OXDR_E_SHORT] = "the message ends inside a value",
	[OXDR_E_LIMIT] = "a size limit was reached",
	[OXDR_E_BOUND] = "a count is above its declared maximum",
	[OXDR_E_ENUM] = "a value that the enum does not declare",
	[OXDR_E_BOOL] = "a bool that is neither 0 nor 1",
	[OXDR_E_UNION] = "a discriminant that selects no arm",
	[OXDR_E_PADDING] = "padding bytes that are not zero",
	[OXDR_E_NUL] = "a string with a NUL inside",
	[OXDR_E_NULL] = "a NULL pointer where a value must be",
	[OXDR_E_RANGE] = "a value that its wire type can't hold",
	[OXDR_E_DEPTH] = "nested deeper than the limit",
	[OXDR_E_TRAILING] = "bytes left after the value",
	[OXDR_E_SYNTAX] = "text that can't be read",
	[OXDR_E_INVAL] = "an invalid argument",
};

const char *
oxdr_strerror(int result)
{
	unsigned code = result < 0 ? 0u - (unsigned)result : (unsigned)result;

	if (code >= ARRAY_LEN(error_text) || !error_text[code])
		return "unknown result";
	return error_text[code];
}
