/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The classic server half way: ADD and DIVIDE are native handlers, all else is
 * served by the functions of ../classic/server.c, unchanged, through the
 * dispatch function that `idlc --rpcgen -m` makes.  One svc_run serves both.
 */
#include "calculator.h"
#include "calculator_orpc.h"

#include <netinet/in.h>
#include <orpc/tirpc.h>
#include <rpc/pmap_clnt.h>
#include <stdio.h>

#include "arithmetic.h"

void calculator_1(struct svc_req *rq, SVCXPRT *xprt);

static int
add(struct orpc_request *rq, const operands *o, calc_result *out)
{
	int64_t value = 0;

	(void)rq;
	out->status = int_add(o->a, o->b, &value);
	out->calc_result_u.value = value;
	return 0;
}

static int
divide(struct orpc_request *rq, const operands *o, calc_result *out)
{
	int64_t value = 0;

	(void)rq;
	out->status = int_divide(o->a, o->b, &value);
	out->calc_result_u.value = value;
	return 0;
}

static const struct calculator_v1_ops handlers = {
	.add = add,
	.divide = divide,
};
static const uint32_t moved[] = { ADD, DIVIDE };

int
main(void)
{
	const struct orpc_tirpc_options options = {
		.protocol = IPPROTO_TCP,
		.classic = calculator_1,
		.native = moved,
		.n_native = sizeof(moved) / sizeof(moved[0]),
	};
	SVCXPRT *xprt = svctcp_create(RPC_ANYSOCK, 0, 0);
	int e;

	if (!xprt) {
		fprintf(stderr, "cannot create tcp service\n");
		return 1;
	}
	pmap_unset(CALCULATOR, CALCULATOR_V1);
	e = orpc_tirpc_register(xprt, &calculator_v1_service, &handlers,
	    &options);
	if (e) {
		fprintf(stderr, "unable to register: %s\n", orpc_strerror(e));
		return 1;
	}
	svc_run();
	return 1;
}
