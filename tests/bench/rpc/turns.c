/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A server and its clients in one thread, so that callgrind counts the same
 * instructions in every run: calls of 100 bytes are written to the sockets,
 * then the server's loop turns until all replies are there.
 *
 *	turns tcp|unix|udp none|sys|once CONNECTIONS DEPTH ROUNDS
 *
 * All that the server does happens in measured_turn().  Prints the number of
 * calls that were measured; a wrong reply ends it with status 1.
 */
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <orpc/server.h>
#include <oxdr/writer.h>

#include "echo.h"

#define ARGUMENT 100u
#define CREDENTIAL 32u		/* AUTH_SYS: stamp, "load", ids, two gids */
#define CALL_MOST (4u + 40u + CREDENTIAL + 4u + ARGUMENT)
#define REPLY (4u + 24u + 4u + ARGUMENT)
#define DEPTH_MOST 64u
#define CONNECTIONS_MOST 64u
#define WARM_ROUNDS 80u

static struct orpc_loop *loop;
static int fds[CONNECTIONS_MOST];
static unsigned connections, depth;
static size_t mark = 4;		/* bytes before each message */
static bool warm = true;
static uint32_t xid;
static uint8_t call[CALL_MOST];
static size_t n_call;		/* without its mark */

static void
fail(const char *what)
{
	fprintf(stderr, "turns: %s\n", what);
	exit(1);
}

/* What callgrind is told to count. */
int measured_turn(void);

__attribute__((noinline)) int
measured_turn(void)
{
	return orpc_loop_turn(loop, 0);
}

/* Before that everything is done once or more, uncounted. */
static void
turn(void)
{
	if ((warm ? orpc_loop_turn(loop, 0) : measured_turn()) != 0)
		fail("the loop");
}

static int
echo(struct orpc_request *rq, const payload *arg, payload *out)
{
	(void)rq;
	*out = *arg;
	return 0;
}

static int
sink(struct orpc_request *rq, const payload *arg, uint32_t *out)
{
	(void)rq;
	*out = arg->payload_len;
	return 0;
}

static const struct bench_echo_v1_ops ops = { .echo = echo, .echo_once = echo,
	.sink = sink };

/* ---- The clients ----------------------------------------------------- */

/* A call; its mark and xid are filled in when it is sent. */
static void
make_call(bool sys, uint32_t procedure)
{
	struct oxdr_writer w;
	uint8_t bytes[ARGUMENT];

	for (size_t i = 0; i < ARGUMENT; i++)
		bytes[i] = (uint8_t)(i * 7);
	oxdr_writer_init_fixed(&w, call + 4, sizeof(call) - 4);
	oxdr_put_u32(&w, 0);
	oxdr_put_u64(&w, 2);
	oxdr_put_u32(&w, BENCH_ECHO);
	oxdr_put_u32(&w, BENCH_ECHO_V1);
	oxdr_put_u32(&w, procedure);
	oxdr_put_u32(&w, sys ? 1 : 0);
	oxdr_put_u32(&w, sys ? CREDENTIAL : 0);
	if (sys) {
		oxdr_put_u32(&w, 0x5eed);
		oxdr_put_string(&w, "load", 255);
		oxdr_put_u64(&w, (uint64_t)1000 << 32 | 1000);
		oxdr_put_u32(&w, 2);
		oxdr_put_u64(&w, (uint64_t)4 << 32 | 24);
	}
	oxdr_put_u64(&w, 0);
	oxdr_put_opaque_var(&w, bytes, ARGUMENT, ARGUMENT);
	if (oxdr_writer_error(&w))
		fail("the call does not fit");
	n_call = oxdr_writer_size(&w);
	oxdr_store_u32(call, 0x80000000u | (uint32_t)n_call);
}

static void
send_calls(int fd)
{
	static uint8_t out[DEPTH_MOST * CALL_MOST];
	size_t n = 0, one = mark + n_call;

	for (unsigned i = 0; i < depth; i++) {
		oxdr_store_u32(call + 4, ++xid);
		memcpy(out + n, call + 4 - mark, one);
		n += one;
	}
	if (send(fd, out, n, 0) != (ssize_t)n)
		fail("send");
}

/* One reply that must be to xid x. */
static void
check_reply(const uint8_t *reply, uint32_t x)
{
	const uint8_t *header = reply + mark;
	uint8_t expected[24] = { 0 };

	oxdr_store_u32(expected, x);
	oxdr_store_u32(expected + 4, 1);
	if (memcmp(header, expected, 24) != 0 ||
	    memcmp(header + 24, call + 4 + n_call - 4 - ARGUMENT,
	    4 + ARGUMENT) != 0)
		fail("a wrong reply");
}

/* Takes the replies to `depth` calls, the first with xid `first`, and lets
 * the server turn until they are there. */
static void
take_replies(int fd, uint32_t first)
{
	static uint8_t in[DEPTH_MOST * REPLY];
	size_t one = REPLY - 4 + mark, n = 0;
	ssize_t got;

	while (n < depth * one) {
		got = recv(fd, in + n, depth * one - n, MSG_DONTWAIT);
		if (got == 0)
			fail("the server closed");
		if (got < 0)
			turn();
		else
			n += (size_t)got;
	}
	for (unsigned i = 0; i < depth; i++)
		check_reply(in + i * one, first + i);
}

static void
one_round(void)
{
	uint32_t first = xid + 1;

	for (unsigned i = 0; i < connections; i++)
		send_calls(fds[i]);
	turn();
	for (unsigned i = 0; i < connections; i++)
		take_replies(fds[i], first + i * depth);
}

/* ---- Setting up ------------------------------------------------------ */

static int
connect_to(struct orpc_server *server)
{
	union {
		struct sockaddr sa;
		struct sockaddr_in in;
		struct sockaddr_un un;
	} to = { .sa = { .sa_family = AF_INET } };
	socklen_t n = sizeof(to.in);
	char text[128];
	int fd;

	if (orpc_server_address(server, 0, text, sizeof(text)))
		fail("no address");
	if (strncmp(text, "unix:", 5) == 0) {
		to.un.sun_family = AF_UNIX;
		strcpy(to.un.sun_path, text + 5);
		n = sizeof(to.un);
	} else {
		to.in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		to.in.sin_port = htons((uint16_t)atoi(strrchr(text, ':') + 1));
	}
	fd = socket(to.sa.sa_family, mark ? SOCK_STREAM : SOCK_DGRAM, 0);
	if (fd < 0 || connect(fd, &to.sa, n) != 0)
		fail("can't connect");
	return fd;
}

int
main(int argc, char **argv)
{
	struct orpc_server_options options = { 0 };
	char where[64] = "tcp://127.0.0.1";
	struct orpc_server *server;
	unsigned rounds;

	if (argc != 6)
		return 2;
	connections = (unsigned)atoi(argv[3]);
	depth = (unsigned)atoi(argv[4]);
	rounds = (unsigned)atoi(argv[5]);
	if (connections > CONNECTIONS_MOST || depth > DEPTH_MOST)
		return 2;
	if (strcmp(argv[1], "unix") == 0) {
		snprintf(where, sizeof(where), "unix:/tmp/orpc-turns.%ld",
		    (long)getpid());
	} else if (strcmp(argv[1], "udp") == 0) {
		strcpy(where, "udp://127.0.0.1");
		mark = 0;
		connections *= depth;
		depth = 1;
	}
	make_call(strcmp(argv[2], "sys") == 0,
	    strcmp(argv[2], "once") == 0 ? 2 : 1);
	if (orpc_loop_new(&loop))
		return 1;
	options.loop = loop;
	if (orpc_server_open(&options, &server) ||
	    bench_echo_v1_serve(server, &ops) ||
	    orpc_server_listen(server, where, NULL))
		fail("can't listen");
	for (unsigned i = 0; i < connections; i++)
		fds[i] = connect_to(server);
	for (unsigned i = 0; i < WARM_ROUNDS; i++)
		one_round();
	warm = false;
	for (unsigned i = 0; i < rounds; i++)
		one_round();
	printf("%u\n", rounds * connections * depth);
	for (unsigned i = 0; i < connections; i++)
		close(fds[i]);
	orpc_server_close(server);
	orpc_loop_free(loop);
	return 0;
}
