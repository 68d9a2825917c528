/* SPDX-License-Identifier: BSD-3-Clause */
#include "clock.h"

#include <stdio.h>

int
main(int argc, char **argv)
{
	CLIENT *clnt = clnt_create("127.0.0.1", CLOCK, CLOCK_ONE,
	    argc > 1 ? argv[1] : "tcp");
	int offset = 41;
	reading *r = clnt ? read_1(&offset, clnt) : NULL;

	printf("clock %u %d\n", r ? r->at : 0, r ? r->offset : 0);
	return !r;
}
