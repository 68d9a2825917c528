/* SPDX-License-Identifier: BSD-3-Clause */
/*
 *	down --timer, connect()--> connecting --writable--> up --EOF--> down
 *
 * Where there is nothing to connect to (nobody has answered yet, or a binder is
 * known over UDP only), on_up() is called as soon as the timer rings; that such
 * a binder goes is not noticed.
 */
#include "runtime/bind/bell.h"

#include <errno.h>
#include <unistd.h>

#include <orpc/addr.h>
#include <orpc/error.h>

#include "runtime/io/addr.h"
#include "runtime/io/resolve.h"

#define RETRY_FIRST_MS 100
#define RETRY_MAX_MS 5000
#define WHERE_MAX 300

static void
bell_close(struct orpc_i_bell *bell)
{
	if (bell->fd < 0)
		return;
	orpc_i_watch_remove(&bell->watch);
	close(bell->fd);
	bell->fd = -1;
}

void
orpc_i_bell_again(struct orpc_i_bell *bell)
{
	orpc_i_retry_again(&bell->retry, orpc_now_ns(), orpc_i_random());
	orpc_i_loop_timer_set(bell->loop, &bell->timer, bell->retry.next_ns);
}

static void
bell_lost(struct orpc_i_bell *bell)
{
	bell_close(bell);
	bell->role->on_lost(bell->ctx);
	orpc_i_bell_again(bell);
}

/* There is nothing to connect to: -ORPC_E_NOTSUP. */
static int
bell_connect(struct orpc_i_bell *bell)
{
	struct orpc_i_addresses found;
	struct orpc_addr addr;
	char where[WHERE_MAX] = "";

	bell->role->where(bell->ctx, where, sizeof(where));
	if (!where[0] || orpc_addr_parse(where, &addr) ||
	    addr.transport == ORPC_UDP)
		return -ORPC_E_NOTSUP;
	/* A number or a path: does not wait. */
	if (orpc_i_resolve(&addr, 0, &found))
		return -ORPC_E_NOTSUP;
	bell->fd = socket(found.a[0].ss.ss_family, SOCK_STREAM |
	    SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (bell->fd < 0)
		return -ORPC_E_SYSTEM;
	if ((connect(bell->fd, orpc_i_sockaddr_ptr(&found.a[0]),
	    found.a[0].n) == 0 || errno == EINPROGRESS) &&
	    orpc_i_watch_add(bell->loop, &bell->watch, bell->fd,
	    ORPC_LOOP_READ | ORPC_LOOP_WRITE) == 0)
		return 0;
	close(bell->fd);
	bell->fd = -1;
	return -ORPC_E_CONNECT;
}

static void
bell_on_timer(void *ctx)
{
	struct orpc_i_bell *bell = ctx;
	bool up = bell->fd >= 0;
	int result = up ? 0 : bell_connect(bell);

	if (up || result == -ORPC_E_NOTSUP)
		bell->role->on_up(bell->ctx);
	else if (result)
		bell_lost(bell);
}

static void
bell_on_event(void *ctx, int fd, unsigned events)
{
	struct orpc_i_bell *bell = ctx;
	char junk[64];
	ssize_t n = recv(fd, junk, sizeof(junk), MSG_DONTWAIT);

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR) ||
	    (events & ORPC_I_LOOP_HANGUP)) {
		bell_lost(bell);
	} else if (events & ORPC_LOOP_WRITE) {
		orpc_i_watch_set(&bell->watch, ORPC_LOOP_READ);
		bell->role->on_up(bell->ctx);
	}
}

int
orpc_i_bell_start(struct orpc_i_bell *bell, struct orpc_loop *loop,
    const struct orpc_i_bell_role *role, void *ctx)
{
	*bell = (struct orpc_i_bell){ .role = role, .ctx = ctx, .loop = loop,
	    .watch = { .fn = bell_on_event, .ctx = bell }, .fd = -1,
	    .timer = { .fn = bell_on_timer, .ctx = bell } };
	orpc_i_retry_start(&bell->retry, orpc_now_ns(), RETRY_FIRST_MS,
	    RETRY_MAX_MS, orpc_i_random());
	return orpc_i_loop_timer_set(loop, &bell->timer, orpc_now_ns());
}

void
orpc_i_bell_settle(struct orpc_i_bell *bell)
{
	orpc_i_retry_start(&bell->retry, orpc_now_ns(), RETRY_FIRST_MS,
	    RETRY_MAX_MS, orpc_i_random());
	if (bell->fd < 0)
		orpc_i_loop_timer_set(bell->loop, &bell->timer, orpc_now_ns());
}

void
orpc_i_bell_stop(struct orpc_i_bell *bell)
{
	if (!bell->loop)
		return;
	orpc_i_loop_timer_clear(bell->loop, &bell->timer);
	bell_close(bell);
	bell->loop = NULL;
}
