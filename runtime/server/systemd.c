/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Started by a service manager: sockets that were opened beforehand
 * (sd_listen_fds(3)), and telling it how we are (sd_notify(3)).  Both are
 * a few lines over the environment, so no library is needed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "runtime/server/server.h"

#define FIRST_FD 3

/* A decimal number from the environment; -1 if there is none. */
static long
environment_number(const char *name)
{
	const char *text = getenv(name);
	char *end;
	long n;

	if (!text || !*text)
		return -1;
	errno = 0;
	n = strtol(text, &end, 10);
	return errno || *end ? -1 : n;
}

int
orpc_server_listen_activated(struct orpc_server *server,
    struct orpc_error *error)
{
	long n = environment_number("LISTEN_FDS");
	int r;

	if (n <= 0 || n > 1024 ||
	    environment_number("LISTEN_PID") != (long)getpid())
		return 0;
	for (int fd = FIRST_FD; fd < FIRST_FD + (int)n; fd++) {
		fcntl(fd, F_SETFD, FD_CLOEXEC);
		r = orpc_server_listen_fd(server, fd, error);
		if (r)
			return r;
	}
	return (int)n;
}

void
orpc_i_server_notify(struct orpc_server *server, const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	size_t n;
	int fd;

	if (!(server->o.flags & ORPC_SERVER_NOTIFY) || !path)
		return;
	n = strlen(path);
	if ((path[0] != '/' && path[0] != '@') || n < 2 ||
	    n >= sizeof(sun.sun_path))
		return;
	memcpy(sun.sun_path, path, n);
	if (path[0] == '@')
		sun.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	sendto(fd, state, strlen(state), MSG_NOSIGNAL | MSG_DONTWAIT,
	    (const struct sockaddr *)&sun,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
	close(fd);
}
