/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Unix sockets in the file system.  A socket file outlives its server; one
 * that nobody answers on is in the way and is removed, one that is alive, or
 * any other kind of file, is not touched.
 */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "runtime/server/server.h"

/* The path of an address; "" for abstract and unnamed sockets. */
static void
path_of(const struct orpc_i_sockaddr *addr,
    char path[sizeof(struct sockaddr_un) + 1])
{
	size_t at = offsetof(struct sockaddr_un, sun_path);
	size_t n = addr->n > at ? addr->n - at : 0;

	memset(path, 0, sizeof(struct sockaddr_un) + 1);
	memcpy(path, (const uint8_t *)&addr->ss + at, n);
}

/* Does nobody listen there any more? */
static bool
path_is_stale(const struct orpc_i_sockaddr *addr, const char *path)
{
	struct stat st;
	bool refused;
	int fd;

	if (!path[0] || lstat(path, &st) || !S_ISSOCK(st.st_mode))
		return false;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return false;
	refused = connect(fd, orpc_i_sockaddr_ptr(addr), addr->n) < 0 &&
	    errno == ECONNREFUSED;
	close(fd);
	return refused;
}

int
orpc_i_path_bind(int fd, const struct orpc_i_sockaddr *addr)
{
	char path[sizeof(struct sockaddr_un) + 1];

	if (bind(fd, orpc_i_sockaddr_ptr(addr), addr->n) == 0)
		return 0;
	path_of(addr, path);
	if (errno != EADDRINUSE)
		return -ORPC_E_SYSTEM;
	if (!path_is_stale(addr, path)) {
		errno = EADDRINUSE;
		return -ORPC_E_SYSTEM;
	}
	if (unlink(path) < 0 && errno != ENOENT)
		return -ORPC_E_SYSTEM;
	return bind(fd, orpc_i_sockaddr_ptr(addr), addr->n) == 0 ? 0 :
	    -ORPC_E_SYSTEM;
}

void
orpc_i_path_note(struct listener *l)
{
	char path[sizeof(struct sockaddr_un) + 1];
	struct stat st;

	path_of(&l->addr, path);
	if (!path[0] || lstat(path, &st)) {
		l->unlink = false;
		return;
	}
	l->device = (uint64_t)st.st_dev;
	l->inode = (uint64_t)st.st_ino;
}

void
orpc_i_path_unlink(const struct listener *l)
{
	char path[sizeof(struct sockaddr_un) + 1];
	struct stat st;

	path_of(&l->addr, path);
	if (l->unlink && lstat(path, &st) == 0 &&
	    (uint64_t)st.st_dev == l->device &&
	    (uint64_t)st.st_ino == l->inode)
		unlink(path);
}
