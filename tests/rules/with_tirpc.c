/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Our headers and libtirpc's in one source file, both libraries in one
 * process. Encodes the same value with each and compares the bytes.
 */
#include <rpc/rpc.h>

#include <stdio.h>
#include <string.h>

#include <orpc/client.h>
#include <orpc/server.h>
#include <orpc/version.h>
#include <oxdr/reader.h>
#include <oxdr/text.h>
#include <oxdr/type.h>
#include <oxdr/version.h>
#include <oxdr/writer.h>

static u_int
with_tirpc(char *buf, u_int n, int value)
{
	XDR x;

	xdrmem_create(&x, buf, n, XDR_ENCODE);
	if (!xdr_int(&x, &value))
		return 0;
	return xdr_getpos(&x);
}

int
main(void)
{
	char theirs[8], ours[8];
	struct oxdr_writer w;

	oxdr_writer_init_fixed(&w, ours, sizeof(ours));
	printf("1..2\n");
	if (oxdr_put_i32(&w, -2) != 0 ||
	    with_tirpc(theirs, sizeof(theirs), -2) != 4 ||
	    memcmp(theirs, ours, 4) != 0)
		printf("not ");
	printf("ok 1 - both libraries encode in one process\n");
	if (strcmp(oxdr_version(), orpc_version()) != 0)
		printf("not ");
	printf("ok 2 - versions agree\n");
	return 0;
}
