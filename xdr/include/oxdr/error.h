/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Result codes of the codec.
 *
 * A function that can fail returns int: 0 when done, a negative code
 * (-OXDR_E_...) when not.  Rooms above this library add codes of their own
 * from OXDR_E_FIRST_OTHER on (liborpc: <orpc/error.h>), so that one int
 * carries any of them.
 */
#ifndef OXDR_ERROR_H
#define OXDR_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

enum oxdr_error {
	OXDR_E_NOMEM = 1,	/* the allocator gave nothing */
	OXDR_E_SHORT = 2,	/* the message ends inside a value */
	OXDR_E_LIMIT = 3,	/* a byte limit of writer, reader or arena */
	OXDR_E_BOUND = 4,	/* a count above its declared maximum */
	OXDR_E_ENUM = 5,	/* a value that the enum does not declare */
	OXDR_E_BOOL = 6,	/* a bool that is neither 0 nor 1 */
	OXDR_E_UNION = 7,	/* a discriminant that selects no arm */
	OXDR_E_PADDING = 8,	/* residual bytes that are not zero */
	OXDR_E_NUL = 9,		/* a string with a NUL inside */
	OXDR_E_NULL = 10,	/* encoding: a NULL pointer where a value must be */
	OXDR_E_RANGE = 11,	/* a C value that the wire type can't hold */
	OXDR_E_DEPTH = 12,	/* nested deeper than the limit */
	OXDR_E_TRAILING = 13,	/* bytes left after the value */
	OXDR_E_SYNTAX = 14,	/* text or JSON that can't be read */
	OXDR_E_INVAL = 15,	/* an argument that the function does not take */
	OXDR_E_FIRST_OTHER = 64
};

/*
 * Says a result in a few English words, without a full stop.
 *
 * result   0, a code of enum oxdr_error, or its negative
 *
 * Returns a static string, for unknown codes too.  Threads: any.
 */
const char *oxdr_strerror(int result);

#ifdef __cplusplus
}
#endif

#endif
