/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Encoded values through an XDR stream of libtirpc's, as they are.
 */
#ifndef ORPC_TIRPC_BYTES_H
#define ORPC_TIRPC_BYTES_H

#include <rpc/rpc.h>

#include <oxdr/writer.h>

/* What orpc_i_tirpc_put puts. */
struct tirpc_pieces {
	const struct oxdr_piece *pieces;
	size_t n;
};

/*
 * Where orpc_i_tirpc_get puts what it finds.
 *
 * to    a growing writer; its limit is the limit
 * end   position in the stream behind the message, of a datagram; SIZE_MAX:
 *       the stream knows it
 */
struct tirpc_intake {
	struct oxdr_writer *to;
	size_t end;
};

/* Puts a const struct tirpc_pieces *: FALSE when the stream takes no more.
 * These two are variadic because xdrproc_t is. */
bool_t orpc_i_tirpc_put(XDR *x, ...);

/* Gets all that is left of the message into a struct tirpc_intake *.  FALSE:
 * over the writer's limit, or no memory; what the stream lacks is for the
 * decoder to find. */
bool_t orpc_i_tirpc_get(XDR *x, ...);

#endif
