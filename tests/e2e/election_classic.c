/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A voter made with rpcgen and libtirpc, which can't be called back over the
 * connection that it opened: it serves the callback program itself, under a
 * transient number and on a port of its own.
 *
 *	election_classic PORT NUMBER CANDIDATE
 *
 * Prints the status and then the message.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "classic/election.h"

#define TRANSIENT 0x40000123u

extern void election_callback_1(struct svc_req *rq, SVCXPRT *transp);

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t arrived = PTHREAD_COND_INITIALIZER;
static char message[256];

void *
message_1_svc(message_text *text, struct svc_req *rq)
{
	static char nothing;

	(void)rq;
	pthread_mutex_lock(&mutex);
	snprintf(message, sizeof(message), "%s", *text);
	pthread_cond_signal(&arrived);
	pthread_mutex_unlock(&mutex);
	return &nothing;
}

void *
standing_1_svc(tally_line *line, struct svc_req *rq)
{
	static char nothing;

	(void)line;
	(void)rq;
	return &nothing;
}

static void *
serve(void *ctx)
{
	(void)ctx;
	svc_run();
	return NULL;
}

static int
wait_for_message(void)
{
	struct timespec until;
	int rc = 0;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 10;
	pthread_mutex_lock(&mutex);
	while (rc == 0 && message[0] == '\0')
		rc = pthread_cond_timedwait(&arrived, &mutex, &until);
	if (rc == 0)
		puts(message);
	pthread_mutex_unlock(&mutex);
	return rc;
}

int
main(int argc, char **argv)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	vote_args args = { 0 };
	SVCXPRT *transp = svctcp_create(RPC_ANYSOCK, 0, 0);
	int fd = RPC_ANYSOCK;
	vote_status *status;
	pthread_t thread;
	CLIENT *client;

	if (argc != 4 || !transp || !svc_register(transp, TRANSIENT, 1,
	    election_callback_1, 0))
		return 2;
	to.sin_port = htons((uint16_t)atoi(argv[1]));
	client = clnttcp_create(&to, ELECTION, ELECTION_V1, &fd, 0, 0);
	if (!client || pthread_create(&thread, NULL, serve, NULL) != 0)
		return 4;
	args.number = atoll(argv[2]);
	args.candidate = argv[3];
	args.message.kind = CALLBACK_PROGRAM;
	args.message.callback_u.at.program_number = TRANSIENT;
	args.message.callback_u.at.version_number = 1;
	args.message.callback_u.at.port = transp->xp_port;
	status = vote_1(&args, client);
	if (!status) {
		clnt_perror(client, "vote");
		return 1;
	}
	printf("%d\n", *status);
	clnt_destroy(client);
	return wait_for_message();
}
