/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A server inside libuv's loop: one descriptor and one timeout.
 */
#include "common.h"

#include <signal.h>
#include <uv.h>

struct embedded {
	struct orpc_loop *loop;
	uv_poll_t readable;
	uv_timer_t timer;
	uv_signal_t signal;
};

static void
turn(struct embedded *e);

static void
on_readable(uv_poll_t *poll, int status, int events)
{
	(void)status;
	(void)events;
	turn(poll->data);
}

static void
on_timer(uv_timer_t *timer)
{
	turn(timer->data);
}

static void
turn(struct embedded *e)
{
	int ms;

	orpc_loop_turn(e->loop, 0);
	ms = orpc_loop_timeout(e->loop);
	if (ms >= 0)
		uv_timer_start(&e->timer, on_timer, (uint64_t)ms, 0);
	else
		uv_timer_stop(&e->timer);
}

static void
on_signal(uv_signal_t *signal, int signo)
{
	struct embedded *e = signal->data;

	(void)signo;
	uv_close((uv_handle_t *)&e->readable, NULL);
	uv_close((uv_handle_t *)&e->timer, NULL);
	uv_close((uv_handle_t *)&e->signal, NULL);
}

int
main(int argc, char **argv)
{
	struct orpc_server_options options = { 0 };
	uv_loop_t *uv = uv_default_loop();
	struct embedded e = { 0 };
	struct orpc_server *server;

	if (orpc_loop_new(&e.loop))
		return 1;
	options.loop = e.loop;
	server = shapes_open(&options, argc, argv);
	uv_poll_init(uv, &e.readable, orpc_loop_fd(e.loop));
	uv_timer_init(uv, &e.timer);
	uv_signal_init(uv, &e.signal);
	e.readable.data = e.timer.data = e.signal.data = &e;
	uv_poll_start(&e.readable, UV_READABLE, on_readable);
	uv_signal_start(&e.signal, on_signal, SIGTERM);
	turn(&e);
	uv_run(uv, UV_RUN_DEFAULT);

	shapes_finish(server);
	uv_loop_close(uv);
	orpc_loop_free(e.loop);
	return 0;
}
