/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Encoded values through an XDR stream.
 *
 * A stream does not say how much is left.  Asked for a piece of its buffer
 * (x_inline) it gives all of that or nothing, so sizes are halved until one
 * fits; at the end of a buffer a single byte makes it read on, and where that
 * fails the message ends.  Nothing is asked for that could be lost.
 */
#include "runtime/tirpc/bytes.h"

#include <stdarg.h>
#include <stdbool.h>

/* The first size that is tried. */
#define STEP_MAX ((size_t)16 << 10)
/* The most that one put is given. */
#define PUT_MAX ((size_t)1 << 30)

static bool
put_piece(XDR *x, const struct oxdr_piece *piece)
{
	const char *at = piece->base;
	size_t left = piece->len;

	while (left > 0) {
		size_t n = left < PUT_MAX ? left : PUT_MAX;

		if (!XDR_PUTBYTES(x, (char *)(uintptr_t)at, (u_int)n))
			return false;
		at += n;
		left -= n;
	}
	return true;
}

bool_t
orpc_i_tirpc_put(XDR *x, ...)
{
	const struct tirpc_pieces *p;
	va_list args;

	va_start(args, x);
	p = va_arg(args, const struct tirpc_pieces *);
	va_end(args);
	for (size_t i = 0; i < p->n; i++)
		if (!put_piece(x, &p->pieces[i]))
			return FALSE;
	return TRUE;
}

/* Bytes that may still be of the message. */
static size_t
intake_left(XDR *x, const struct tirpc_intake *in)
{
	size_t at;

	if (in->end == SIZE_MAX)
		return SIZE_MAX;
	at = XDR_GETPOS(x);
	return at < in->end ? in->end - at : 0;
}

/* Takes one piece of at most n bytes.  Returns its size, 0 at the end. */
static size_t
intake_piece(XDR *x, struct oxdr_writer *to, size_t n)
{
	const void *inside;
	char byte;

	for (; n > 0; n /= 2) {
		inside = XDR_INLINE(x, (u_int)n);
		if (!inside)
			continue;
		oxdr_put_bytes(to, inside, n);
		return n;
	}
	if (!XDR_GETBYTES(x, &byte, 1))
		return 0;
	oxdr_put_bytes(to, &byte, 1);
	return 1;
}

bool_t
orpc_i_tirpc_get(XDR *x, ...)
{
	struct tirpc_intake *in;
	va_list args;
	size_t left;

	va_start(args, x);
	in = va_arg(args, struct tirpc_intake *);
	va_end(args);
	while ((left = intake_left(x, in)) > 0 && !oxdr_writer_error(in->to))
		if (!intake_piece(x, in->to, left < STEP_MAX ? left : STEP_MAX))
			break;
	return oxdr_writer_error(in->to) ? FALSE : TRUE;
}
