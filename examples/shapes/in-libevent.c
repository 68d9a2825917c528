/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A server inside libevent's loop: one descriptor and one timeout.  Our loop
 * is turned when its descriptor is readable or its next timer is due.
 */
#include "common.h"

#include <event2/event.h>
#include <signal.h>

struct embedded {
	struct orpc_loop *loop;
	struct event *timer;
};

static void
turn(evutil_socket_t fd, short what, void *arg)
{
	struct embedded *e = arg;
	struct timeval due;
	int ms;

	(void)fd;
	(void)what;
	orpc_loop_turn(e->loop, 0);
	ms = orpc_loop_timeout(e->loop);
	due.tv_sec = ms / 1000;
	due.tv_usec = ms % 1000 * 1000;
	if (ms >= 0)
		event_add(e->timer, &due);
	else
		event_del(e->timer);
}

static void
stop(evutil_socket_t signo, short what, void *arg)
{
	(void)signo;
	(void)what;
	event_base_loopbreak(arg);
}

int
main(int argc, char **argv)
{
	struct event_base *base = event_base_new();
	struct orpc_server_options options = { 0 };
	struct embedded e = { 0 };
	struct orpc_server *server;
	struct event *readable, *signal;

	if (!base || orpc_loop_new(&e.loop))
		return 1;
	options.loop = e.loop;
	server = shapes_open(&options, argc, argv);
	e.timer = evtimer_new(base, turn, &e);
	readable = event_new(base, orpc_loop_fd(e.loop), EV_READ | EV_PERSIST,
	    turn, &e);
	signal = evsignal_new(base, SIGTERM, stop, base);
	event_add(readable, NULL);
	event_add(signal, NULL);
	turn(-1, 0, &e);
	event_base_dispatch(base);

	shapes_finish(server);
	event_free(readable);
	event_free(signal);
	event_free(e.timer);
	event_base_free(base);
	orpc_loop_free(e.loop);
	return 0;
}
