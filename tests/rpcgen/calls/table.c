/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Calls service functions out of the dispatch table of -T, as a dispatcher of
 * one's own would: by number, with the sizes and routines that stand there.
 */
#include "calls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RPCGEN_ACTION(routine) routine
#include "calls_tbl.i"

/* The table has lost the functions' types; a dispatcher knows this one. */
typedef void *service_fn(void *, struct svc_req *);

int
main(void)
{
	struct rpcgen_table *sum = &calls_1_table[SUM];
	pair *p = calloc(1, sum->len_arg);
	struct svc_req rq;
	char bytes[64];
	int n = -1, arg_fine, res_fine;
	XDR x;

	memset(&rq, 0, sizeof(rq));
	p->a = 3;
	p->b = 40;
	p->s = "five";
	p->yes = TRUE;
	memcpy(&n, ((service_fn *)sum->proc)(p, &rq), sum->len_res);
	xdrmem_create(&x, bytes, sizeof(bytes), XDR_ENCODE);
	arg_fine = sum->xdr_arg(&x, p) && xdr_getpos(&x) == 24;
	res_fine = sum->xdr_res(&x, &n) && xdr_getpos(&x) == 28;
	printf("rows %d sum %d argument %d result %d\n", calls_1_nproc, n,
	    arg_fine, res_fine);
	free(p);
	return 0;
}
