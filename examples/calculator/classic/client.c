/* SPDX-License-Identifier: BSD-3-Clause */
/* calculator HOST add|subtract|multiply|divide A B, over TCP. */
#include "calculator.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	calc_result *(*call)(operands *, CLIENT *);
} verbs[] = {
	{ "add", add_1 },
	{ "subtract", subtract_1 },
	{ "multiply", multiply_1 },
	{ "divide", divide_1 },
};

int
main(int argc, char **argv)
{
	calc_result *result = NULL;
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
	o.a = strtoll(argv[3], NULL, 10);
	o.b = strtoll(argv[4], NULL, 10);
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(argv[2], verbs[i].name) == 0)
			result = verbs[i].call(&o, clnt);
	if (!result)
		clnt_perror(clnt, argv[2]);
	else if (result->status == CALC_OK)
		printf("%lld\n", (long long)result->calc_result_u.value);
	else
		printf("refused: status %d\n", (int)result->status);
	clnt_destroy(clnt);
	return !result || result->status != CALC_OK;
}
