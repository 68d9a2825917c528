/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Starts a server as inetd does a `wait` service: as_inetd tcp|udp SERVER.
 * The socket is its standard input, and the binder knows the port.
 */
#include "calls.h"

#include <arpa/inet.h>
#include <rpc/pmap_clnt.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	int is_tcp = argc > 1 && strcmp(argv[1], "tcp") == 0;
	int fd = socket(AF_INET, is_tcp ? SOCK_STREAM : SOCK_DGRAM, 0);
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t n = sizeof(at);
	int protocol = is_tcp ? IPPROTO_TCP : IPPROTO_UDP;

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (argc != 3 || fd < 0 || bind(fd, (struct sockaddr *)&at, n) != 0 ||
	    (is_tcp && listen(fd, 8) != 0) ||
	    getsockname(fd, (struct sockaddr *)&at, &n) != 0)
		return 1;
	if (!pmap_set(CALLS, CALLS_ONE, protocol, ntohs(at.sin_port)) ||
	    !pmap_set(CALLS, CALLS_TWO, protocol, ntohs(at.sin_port)))
		return 1;
	dup2(fd, STDIN_FILENO);
	if (fd != STDIN_FILENO)
		close(fd);
	execl(argv[2], argv[2], (char *)NULL);
	return 1;
}
