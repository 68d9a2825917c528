/* SPDX-License-Identifier: BSD-3-Clause */
/* Server with a main() of its own: -N -M, dispatcher by -m. */
#include "post.h"

#include <rpc/pmap_clnt.h>
#include <stdio.h>
#include <stdlib.h>

#include "value.h"

extern void post_1(struct svc_req *, SVCXPRT *);

bool_t
send_1_svc(message m, int copies, int *result, struct svc_req *rqstp)
{
	(void)rqstp;
	print_encoded("got", &m);
	fflush(stdout);
	*result = copies * 2;
	return TRUE;
}

bool_t
last_1_svc(message *result, struct svc_req *rqstp)
{
	(void)rqstp;
	memset(result, 0, sizeof(*result));
	result->head.who = strdup("last");
	result->payload.payload_val = calloc(1, sizeof(payload_t));
	result->payload.payload_len = 1;
	result->payload.payload_val->payload_t_u.text = strdup("words");
	return TRUE;
}

bool_t
name_1_svc(int n, kind_t kind, char **result, struct svc_req *rqstp)
{
	char text[40];

	(void)rqstp;
	snprintf(text, sizeof(text), "name %d of %d", n, (int)kind);
	*result = strdup(text);
	return TRUE;
}

bool_t
forget_1_svc(char *what, void *result, struct svc_req *rqstp)
{
	(void)result;
	(void)rqstp;
	return strcmp(what, "me") == 0;
}

int
post_1_freeresult(SVCXPRT *transp, xdrproc_t routine, caddr_t result)
{
	(void)transp;
	xdr_free(routine, result);
	return 1;
}

int
main(void)
{
	SVCXPRT *tcp = svctcp_create(RPC_ANYSOCK, 0, 0);
	SVCXPRT *udp = svcudp_create(RPC_ANYSOCK);

	pmap_unset(POST, POST_ONE);
	if (!tcp || !udp ||
	    !svc_register(tcp, POST, POST_ONE, post_1, IPPROTO_TCP) ||
	    !svc_register(udp, POST, POST_ONE, post_1, IPPROTO_UDP))
		return 1;
	svc_run();
	return 1;
}
