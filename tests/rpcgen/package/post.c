/* SPDX-License-Identifier: BSD-3-Clause */
/* Client: post tcp|udp. */
#include "post.h"

#include <stdio.h>
#include <stdlib.h>

#include "value.h"

int
main(int argc, char **argv)
{
	CLIENT *clnt = clnt_create("127.0.0.1", POST, POST_ONE,
	    argc > 1 ? argv[1] : "tcp");
	payload_t payloads[3];
	message m, back;
	int n = 0;
	char *name = NULL;

	if (!clnt) {
		clnt_pcreateerror("post");
		return 1;
	}
	fill(&m, payloads, NULL);
	printf("send %d", send_1(m, 21, &n, clnt) == RPC_SUCCESS);
	printf(" %d\n", n);
	memset(&back, 0, sizeof(back));
	printf("last %d", last_1(&back, clnt) == RPC_SUCCESS);
	printf(" %s\n", back.head.who ? back.head.who : "nothing");
	print_encoded("last", &back);
	printf("name %d", name_1(3, KIND_OTHER, &name, clnt) == RPC_SUCCESS);
	printf(" %s\n", name ? name : "nothing");
	printf("forget %d\n", forget_1("me", NULL, clnt) == RPC_SUCCESS);
	clnt_destroy(clnt);
	return 0;
}
