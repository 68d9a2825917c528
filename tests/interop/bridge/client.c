/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Calls a server of server.c through libtirpc, with native and with classic
 * stubs: client classic|native tcp|udp|unix PORT-OR-PATH; "stop" for the
 * transport ends it.
 */
#include <netinet/in.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "bridge.h"

static int n_results;
static int n_failed;

void
result(bool fine, const char *format, ...)
{
	va_list args;

	n_failed += !fine;
	printf("%sok %d - ", fine ? "" : "not ", ++n_results);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

static socklen_t
place_address(const struct place *at, struct sockaddr_storage *out)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	struct sockaddr_in in = { .sin_family = AF_INET };

	memset(out, 0, sizeof(*out));
	if (strcmp(at->transport, "unix") == 0) {
		snprintf(un.sun_path, sizeof(un.sun_path), "%s", at->where);
		memcpy(out, &un, sizeof(un));
		return sizeof(un);
	}
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	in.sin_port = htons((uint16_t)atoi(at->where));
	memcpy(out, &in, sizeof(in));
	return sizeof(in);
}

int
place_socket(const struct place *at)
{
	struct sockaddr_storage to;
	socklen_t n = place_address(at, &to);
	int fd = socket(to.ss_family, strcmp(at->transport, "udp") == 0 ?
	    SOCK_DGRAM : SOCK_STREAM, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&to, n)) {
		perror("client: connect");
		exit(1);
	}
	return fd;
}

CLIENT *
place_client(const struct place *at, uint32_t program, uint32_t version)
{
	struct sockaddr_storage to;
	struct netbuf addr = { .buf = &to };
	struct timeval often = { 0, 200000 };
	CLIENT *clnt;
	int fd;

	addr.len = addr.maxlen = place_address(at, &to);
	if (strcmp(at->transport, "udp") == 0) {
		fd = socket(AF_INET, SOCK_DGRAM, 0);
		clnt = clnt_dg_create(fd, &addr, program, version, 0, 0);
		if (clnt)
			clnt_control(clnt, CLSET_RETRY_TIMEOUT, &often);
	} else {
		fd = place_socket(at);
		clnt = clnt_vc_create(fd, &addr, program, version, 0, 0);
	}
	if (!clnt) {
		clnt_pcreateerror("client");
		exit(1);
	}
	clnt_control(clnt, CLSET_FD_CLOSE, NULL);
	return clnt;
}

static void
stop(const struct place *at)
{
	struct place tcp = { "tcp", at->where, at->native };
	CLIENT *clnt = place_client(&tcp, BRIDGE, BRIDGE_V1);

	result(stop_1(NULL, clnt) != NULL, "the server stops");
	clnt_destroy(clnt);
}

int
main(int argc, char **argv)
{
	struct place at;

	if (argc != 4)
		return 2;
	/* libtirpc writes where nobody reads. */
	signal(SIGPIPE, SIG_IGN);
	at.native = strcmp(argv[1], "native") == 0;
	at.transport = argv[2];
	at.where = argv[3];
	if (strcmp(at.transport, "stop") == 0) {
		stop(&at);
	} else {
		try_calls(&at);
		try_errors(&at);
		if (at.native)
			try_hostile(&at);
	}
	printf("1..%d\n", n_results);
	return n_failed != 0;
}
