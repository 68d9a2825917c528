/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * rpcgen's code on libtirpc's XDR.
 */
#include <rpc/rpc.h>

#include "w1.h"

#include "tests/bench/codec/contest.h"

static W1_VALUES struct {
	small small;
	ints ints;
	records records;
	node list;
	shapes shapes;
	blob blob;
	doubles doubles;
} mine, theirs;

static const struct {
	xdrproc_t fn;
	void *mine;
	void *theirs;
	size_t size;
} procs[W1_CASES] = {
	{ (xdrproc_t)xdr_small, &mine.small, &theirs.small, sizeof(small) },
	{ (xdrproc_t)xdr_ints, &mine.ints, &theirs.ints, sizeof(ints) },
	{ (xdrproc_t)xdr_records, &mine.records, &theirs.records,
		sizeof(records) },
	{ (xdrproc_t)xdr_node, &mine.list, &theirs.list, sizeof(node) },
	{ (xdrproc_t)xdr_shapes, &mine.shapes, &theirs.shapes,
		sizeof(shapes) },
	{ (xdrproc_t)xdr_blob, &mine.blob, &theirs.blob, sizeof(blob) },
	{ (xdrproc_t)xdr_doubles, &mine.doubles, &theirs.doubles,
		sizeof(doubles) },
};

/* Runs the message's function as often as there are messages. */
static int
tirpc_run(enum w1_case which, XDR *xdrs, void *value, int gives_back)
{
	int n = which == W1_SMALL ? W1_SMALLS : 1;
	bool_t ok = TRUE;

	for (int i = 0; i < n && ok; i++) {
		ok = procs[which].fn(xdrs, value);
		if (gives_back)
			xdr_free(procs[which].fn, value);
	}
	return !ok;
}

static int
tirpc_read(enum w1_case which, const uint8_t *bytes, size_t n, void *out,
    int gives_back)
{
	XDR xdrs;

	memset(out, 0, procs[which].size);
	xdrmem_create(&xdrs, (char *)(uintptr_t)bytes, (u_int)n, XDR_DECODE);
	return tirpc_run(which, &xdrs, out, gives_back);
}

static int
tirpc_load(enum w1_case which, const uint8_t *bytes, size_t n)
{
	return tirpc_read(which, bytes, n, procs[which].mine, 0);
}

static int
tirpc_encode(enum w1_case which, uint8_t *room, size_t n)
{
	XDR xdrs;

	xdrmem_create(&xdrs, (char *)room, (u_int)n, XDR_ENCODE);
	return tirpc_run(which, &xdrs, procs[which].mine, 0);
}

static int
tirpc_decode(enum w1_case which, const uint8_t *bytes, size_t n)
{
	return tirpc_read(which, bytes, n, procs[which].theirs, 1);
}

const struct contestant w1_tirpc = {
	.name = "libtirpc", .load = tirpc_load, .encode = tirpc_encode,
	.decode = tirpc_decode,
};
