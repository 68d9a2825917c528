/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The classic client half way: calculator HOST add|subtract|multiply|divide A
 * B.  `add` and `divide` are native calls, the others are those of old, all on
 * one CLIENT.
 */
#include "calculator.h"
#include "calculator_orpc.h"

#include <orpc/tirpc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What native calls need beside the CLIENT. */
static struct orpc_client *client;
static struct orpc_call call;

/* Tells what failed, at which step, and what it means. */
static calc_result *
native(int e, calc_result *result)
{
	char text[512];

	if (!e)
		return result;
	orpc_error_text(&call.error, text, sizeof(text));
	fprintf(stderr, "%s\n", text);
	return NULL;
}

static calc_result *
add(operands *o, CLIENT *clnt)
{
	static calc_result result;

	(void)clnt;
	return native(calculator_v1_add(client, &call, o, &result), &result);
}

static calc_result *
divide(operands *o, CLIENT *clnt)
{
	static calc_result result;

	(void)clnt;
	return native(calculator_v1_divide(client, &call, o, &result),
	    &result);
}

static calc_result *
classic(calc_result *result, CLIENT *clnt, char *verb)
{
	if (!result)
		clnt_perror(clnt, verb);
	return result;
}

static calc_result *
run(char *verb, operands *o, CLIENT *clnt)
{
	if (strcmp(verb, "add") == 0)
		return add(o, clnt);
	if (strcmp(verb, "divide") == 0)
		return divide(o, clnt);
	if (strcmp(verb, "subtract") == 0)
		return classic(subtract_1(o, clnt), clnt, verb);
	if (strcmp(verb, "multiply") == 0)
		return classic(multiply_1(o, clnt), clnt, verb);
	fprintf(stderr, "no such verb: %s\n", verb);
	return NULL;
}

int
main(int argc, char **argv)
{
	calc_result *result;
	CLIENT *clnt;
	operands o;

	if (argc != 5) {
		fprintf(stderr, "usage: %s HOST VERB A B\n", argv[0]);
		return 2;
	}
	clnt = clnt_create(argv[1], CALCULATOR, CALCULATOR_V1, "tcp");
	if (!clnt) {
		clnt_pcreateerror(argv[1]);
		return 1;
	}
	if (orpc_tirpc_client_open(clnt, &calculator_v1_program, NULL,
	    &client)) {
		fprintf(stderr, "no memory\n");
		return 1;
	}
	o.a = strtoll(argv[3], NULL, 10);
	o.b = strtoll(argv[4], NULL, 10);
	result = run(argv[2], &o, clnt);
	if (result && result->status == CALC_OK)
		printf("%lld\n", (long long)result->calc_result_u.value);
	else if (result)
		printf("refused: status %d\n", (int)result->status);
	orpc_call_fini(&call);
	orpc_client_close(client);
	clnt_destroy(clnt);
	return !result || result->status != CALC_OK;
}
