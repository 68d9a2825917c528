/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An eventfd as a doorbell: a counter that is readable while it is not zero.
 */
#include "runtime/io/wake.h"

#include <errno.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <orpc/error.h>

int
orpc_i_wake_open(void)
{
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	return fd < 0 ? -ORPC_E_SYSTEM : fd;
}

void
orpc_i_wake_ring(int fd)
{
	static const uint64_t one = 1;
	int saved = errno;

	/* EAGAIN: the counter is full, so it is readable already. */
	while (write(fd, &one, sizeof(one)) < 0 && errno == EINTR)
		;
	errno = saved;
}

void
orpc_i_wake_drain(int fd)
{
	uint64_t count;

	while (read(fd, &count, sizeof(count)) < 0 && errno == EINTR)
		;
}
