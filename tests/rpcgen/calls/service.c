/* SPDX-License-Identifier: BSD-3-Clause */
/* The service functions of calls.x, in the mode that modes.h tells. */
#include "calls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "modes.h"

/* RESULT is what the function gives; DONE says that it is there. */
#ifdef MT_SAFE
#define FUNCTION(type, name, argument) \
	bool_t name(argument type *result, struct svc_req *rqstp)
#define RESULT (*result)
#define START(type) (void)rqstp
#define DONE return TRUE
#define NOTHING return FALSE
#else
#define FUNCTION(type, name, argument) \
	type *name(argument struct svc_req *rqstp)
#define RESULT result
#define START(type) static type result; (void)rqstp
#define DONE return &result
#define NOTHING return NULL
#endif

static int pokes;

/* A result string is freed with -M, kept without. */
static char *
text(const char *from)
{
#ifdef MT_SAFE
	return strdup(from);
#else
	static char *kept;

	free(kept);
	return kept = strdup(from);
#endif
}

FUNCTION(int, sum_1_svc, ARG(pair))
{
	START(int);
	RESULT = GIVEN.a + (int)GIVEN.b + (int)strlen(GIVEN.s) + GIVEN.yes;
	DONE;
}

FUNCTION(int, sum_2_svc, ARG(pair))
{
	START(int);
	RESULT = -GIVEN.a;
	DONE;
}

FUNCTION(char *, echo_1_svc, ARG(char *))
{
	char back[64];

	START(char *);
	snprintf(back, sizeof(back), "<%.40s>", GIVEN);
	RESULT = text(back);
	DONE;
}

#ifdef MT_SAFE
#ifndef NO_ARRAYS
bool_t
turn_1_svc(ARRAY_ARG(row, int) int *result, struct svc_req *rqstp)
{
	(void)rqstp;
	for (int i = 0; i < 3; i++)
		result[i] = ARRAY_GIVEN[2 - i];
	return TRUE;
}
#endif

bool_t
poke_1_svc(ARG(int) void *result, struct svc_req *rqstp)
{
	(void)result;
	(void)rqstp;
	pokes += GIVEN;
	return TRUE;
}
#else
#ifndef NO_ARRAYS
int *
turn_1_svc(ARRAY_ARG(row, int) struct svc_req *rqstp)
{
	static row result;

	(void)rqstp;
	for (int i = 0; i < 3; i++)
		result[i] = ARRAY_GIVEN[2 - i];
	return result;
}
#endif

void *
poke_1_svc(ARG(int) struct svc_req *rqstp)
{
	(void)rqstp;
	pokes += GIVEN;
	return &pokes;
}
#endif

FUNCTION(pair, make_1_svc, NO_ARG)
{
	START(pair);
#ifndef BY_VALUE
	(void)argument;
#endif
	RESULT.a = pokes;
	RESULT.b = -1234567890123;
	RESULT.s = text("made");
	RESULT.yes = TRUE;
	DONE;
}

FUNCTION(int, silent_1_svc, ARG(int))
{
#ifndef MT_SAFE
	START(int);
	(void)result;
#else
	(void)result;
	(void)rqstp;
#endif
	(void)argument;
	NOTHING;
}

/* One node more in front. */
FUNCTION(list, grow_1_svc, ARG(list))
{
	node *first = calloc(1, sizeof(*first));

	START(list);
	first->value = 7;
	for (node **at = &first->next, *from = GIVEN; from;
	    from = from->next, at = &(*at)->next) {
		*at = calloc(1, sizeof(**at));
		(*at)->value = from->value;
	}
	RESULT = first;
	DONE;
}

#ifdef MT_SAFE
int
calls_1_freeresult(SVCXPRT *transp, xdrproc_t routine, caddr_t result)
{
	(void)transp;
	xdr_free(routine, result);
	return 1;
}

int
calls_2_freeresult(SVCXPRT *transp, xdrproc_t routine, caddr_t result)
{
	return calls_1_freeresult(transp, routine, result);
}
#endif
