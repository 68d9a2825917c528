/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The event loop: epoll, a timer heap, posted tasks behind an eventfd.
 *
 * epoll holds a pointer to each watch.  A watch that is removed while a batch
 * of events is being handled is struck out of the rest of the batch, so that
 * its owner may free it at once.
 *
 * Timers ring an alarm, a timerfd in the epoll set: it is set anew only when
 * something is due earlier than it will ring, so that a wait sets no timer of
 * its own, and ringing too early costs a turn and no more.  A loop without
 * timers has none; one that is to be lean never has.
 *
 * Other threads (and the stop from a signal handler) only touch `posted`,
 * `stop` and the eventfd.  `ringing` saves the system call when the bell was
 * rung and not yet heard.
 *
 * And they may wait for the end of what is being handled: `turns` counts its
 * beginnings and ends, so it is odd in between.  Whoever waits changes it, too
 * (by 0): so either a turn begins after that, and sees what the other wrote
 * before, or is seen; either it ends after that, and sees that it is awaited,
 * or is seen to have ended.
 */
#include "runtime/io/loop.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "runtime/io/wake.h"
#include "xdr/base.h"

#define BATCH 128
#define LATER_MAX 1024
#define NS_PER_MS INT64_C(1000000)

/*
 * batch[batch_at .. batch_n) is still to be handled in this turn.  `later`
 * is a queue: later_end points at the last next pointer.
 */
struct orpc_loop {
	struct orpc_i_loop_clock clock;
	int epoll;
	int bell;
	int alarm;
	int64_t alarm_ns;		/* when it rings; INT64_MAX: not */
	bool lean;
	int64_t spin_ns;		/* look this long before sleeping */
	struct orpc_i_timers timers;
	struct orpc_i_task *later;
	struct orpc_i_task **later_end;
	int batch_at;
	int batch_n;
	struct epoll_event batch[BATCH];
	void *local;
	void (*local_fini)(void *local);
	_Atomic(struct orpc_i_task *) posted;	/* newest first */
	atomic_bool ringing;
	atomic_bool stop;
	atomic_bool owned;
	_Atomic(pthread_t) owner;
	unsigned depth;			/* turns within turns */
	atomic_uint turns;
	atomic_uint awaited;		/* by so many threads */
	atomic_uint holds;
	pthread_mutex_t quiet_lock;
	pthread_cond_t quiet;		/* `turns` has changed */
};

int64_t
orpc_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 * NS_PER_MS + ts.tv_nsec;
}

/* ---- Life ------------------------------------------------------------------ */

static int
loop_open(struct orpc_loop *loop)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = NULL };

	loop->bell = loop->alarm = -1;
	loop->alarm_ns = INT64_MAX;
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll < 0)
		return -ORPC_E_SYSTEM;
	loop->bell = orpc_i_wake_open();
	if (loop->bell < 0)
		return -ORPC_E_SYSTEM;
	return epoll_ctl(loop->epoll, EPOLL_CTL_ADD, loop->bell, &ev) < 0 ?
	    -ORPC_E_SYSTEM : 0;
}

int
orpc_loop_new(struct orpc_loop **out)
{
	struct orpc_loop *loop = calloc(1, sizeof(*loop));
	int result;

	if (!loop)
		return -OXDR_E_NOMEM;
	loop->later_end = &loop->later;
	loop->clock.now_ns = orpc_now_ns();
	pthread_mutex_init(&loop->quiet_lock, NULL);
	pthread_cond_init(&loop->quiet, NULL);
	result = loop_open(loop);
	if (result) {
		int saved = errno;

		orpc_loop_free(loop);
		errno = saved;
		return result;
	}
	*out = loop;
	return 0;
}

static void loop_run_posted(struct orpc_loop *loop);
static void loop_run_later(struct orpc_loop *loop);

void
orpc_loop_free(struct orpc_loop *loop)
{
	if (!loop)
		return;
	/* What was posted owns memory: run it rather than lose it. */
	loop_run_posted(loop);
	loop_run_later(loop);
	if (loop->local_fini)
		loop->local_fini(loop->local);
	orpc_i_timers_fini(&loop->timers);
	if (loop->bell >= 0)
		close(loop->bell);
	if (loop->alarm >= 0)
		close(loop->alarm);
	if (loop->epoll >= 0)
		close(loop->epoll);
	pthread_cond_destroy(&loop->quiet);
	pthread_mutex_destroy(&loop->quiet_lock);
	free(loop);
}

/* ---- Watches ---------------------------------------------------------------- */

static uint32_t
to_epoll(unsigned events)
{
	return (events & ORPC_LOOP_READ ? (uint32_t)(EPOLLIN | EPOLLRDHUP) : 0) |
	    (events & ORPC_LOOP_WRITE ? (uint32_t)EPOLLOUT : 0) |
	    (events & ORPC_I_LOOP_EDGE ? (uint32_t)EPOLLET : 0);
}

/* A failed or closed descriptor wakes whoever waits for anything: the next
 * read or write tells them. */
static unsigned
from_epoll(uint32_t events, unsigned wanted)
{
	unsigned found = 0;

	if (events == EPOLLIN)
		return ORPC_LOOP_READ;
	if (events & (EPOLLIN | EPOLLRDHUP))
		found |= ORPC_LOOP_READ;
	if (events & EPOLLOUT)
		found |= ORPC_LOOP_WRITE;
	if (events & (EPOLLERR | EPOLLHUP))
		found |= ORPC_I_LOOP_HANGUP |
		    (wanted & (ORPC_LOOP_READ | ORPC_LOOP_WRITE));
	return found;
}

int
orpc_i_watch_add(struct orpc_loop *loop, struct orpc_i_watch *watch, int fd,
    unsigned events)
{
	struct epoll_event ev = { .events = to_epoll(events),
	    .data.ptr = watch };

	if (epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &ev) < 0)
		return -ORPC_E_SYSTEM;
	watch->loop = loop;
	watch->fd = fd;
	watch->events = events;
	return 0;
}

int
orpc_i_watch_set(struct orpc_i_watch *watch, unsigned events)
{
	struct epoll_event ev = { .events = to_epoll(events),
	    .data.ptr = watch };

	if (watch->events == events)
		return 0;
	if (epoll_ctl(watch->loop->epoll, EPOLL_CTL_MOD, watch->fd, &ev) < 0)
		return -ORPC_E_SYSTEM;
	watch->events = events;
	return 0;
}

void
orpc_i_watch_remove(struct orpc_i_watch *watch)
{
	struct orpc_loop *loop = watch->loop;

	if (!loop)
		return;
	epoll_ctl(loop->epoll, EPOLL_CTL_DEL, watch->fd, NULL);
	for (int i = loop->batch_at; i < loop->batch_n; i++)
		if (loop->batch[i].data.ptr == watch)
			loop->batch[i].events = 0;
	watch->loop = NULL;
}

static void loop_hear(struct orpc_loop *loop);

static void
loop_run_watches(struct orpc_loop *loop, int n)
{
	loop->batch_n = n;
	loop->batch_at = 0;
	while (loop->batch_at < loop->batch_n) {
		const struct epoll_event *ev = &loop->batch[loop->batch_at++];
		struct orpc_i_watch *watch = ev->data.ptr;

		if (!watch)
			loop_hear(loop);
		else if (ev->data.ptr == &loop->alarm)
			loop->alarm_ns = INT64_MAX;
		else if (ev->events)
			watch->fn(watch->ctx, watch->fd,
			    from_epoll(ev->events, watch->events));
	}
	loop->batch_n = 0;
}

/* ---- Tasks ------------------------------------------------------------------ */

void
orpc_i_loop_later(struct orpc_loop *loop, struct orpc_i_task *task)
{
	if (task->queued)
		return;
	task->queued = true;
	task->next = NULL;
	*loop->later_end = task;
	loop->later_end = &task->next;
}

void
orpc_i_loop_forget(struct orpc_loop *loop, struct orpc_i_task *task)
{
	struct orpc_i_task **at = &loop->later;

	if (!task->queued)
		return;
	while (*at && *at != task)
		at = &(*at)->next;
	if (!*at)
		return;
	*at = task->next;
	if (loop->later_end == &task->next)
		loop->later_end = at;
	task->queued = false;
}

/* Tasks may queue tasks; a chain without end goes on in the next turn. */
static void
loop_run_later(struct orpc_loop *loop)
{
	struct orpc_i_task *task;

	for (int most = LATER_MAX; most > 0 && (task = loop->later); most--) {
		loop->later = task->next;
		if (!loop->later)
			loop->later_end = &loop->later;
		task->queued = false;
		task->fn(task);
	}
}

static void
loop_ring(struct orpc_loop *loop)
{
	if (!atomic_exchange(&loop->ringing, true))
		orpc_i_wake_ring(loop->bell);
}

void
orpc_i_loop_post(struct orpc_loop *loop, struct orpc_i_task *task)
{
	struct orpc_i_task *head;

	task->queued = true;
	head = atomic_load_explicit(&loop->posted, memory_order_relaxed);
	do {
		task->next = head;
	} while (!atomic_compare_exchange_weak_explicit(&loop->posted, &head,
	    task, memory_order_release, memory_order_relaxed));
	loop_ring(loop);
}

static void
loop_run_posted(struct orpc_loop *loop)
{
	struct orpc_i_task *list, *task, *in_order = NULL;

	list = atomic_exchange_explicit(&loop->posted, NULL,
	    memory_order_acquire);
	while ((task = list)) {
		list = task->next;
		task->next = in_order;
		in_order = task;
	}
	while ((task = in_order)) {
		in_order = task->next;
		task->queued = false;
		task->fn(task);
	}
}

/* Quiets the bell before looking, so that a later ring is a new one.  The
 * exchange meets that of whoever found it ringing: what they posted before is
 * seen now. */
static void
loop_hear(struct orpc_loop *loop)
{
	orpc_i_wake_drain(loop->bell);
	atomic_exchange(&loop->ringing, false);
	loop_run_posted(loop);
}

struct posted_call {
	struct orpc_i_task task;
	void (*fn)(void *ctx);
	void *ctx;
};

static void
posted_call_run(struct orpc_i_task *task)
{
	struct posted_call *call = container_of(task, struct posted_call, task);
	struct posted_call copy = *call;

	free(call);
	copy.fn(copy.ctx);
}

int
orpc_loop_post(struct orpc_loop *loop, void (*fn)(void *ctx), void *ctx)
{
	struct posted_call *call = malloc(sizeof(*call));

	if (!call)
		return -OXDR_E_NOMEM;
	*call = (struct posted_call){ { .fn = posted_call_run }, fn, ctx };
	orpc_i_loop_post(loop, &call->task);
	return 0;
}

/* ---- Turning ----------------------------------------------------------------- */

/* Rounds up: never wakes just before a timer is due. */
static int
loop_wait_ms(const struct orpc_loop *loop, int64_t now_ns)
{
	int64_t due_ns = orpc_i_timers_due(&loop->timers), ms;

	if (loop->later)
		return 0;
	if (due_ns == INT64_MAX)
		return -1;
	if (due_ns <= now_ns)
		return 0;
	ms = (due_ns - now_ns - 1) / NS_PER_MS + 1;
	return ms > INT_MAX ? INT_MAX : (int)ms;
}

int
orpc_loop_timeout(const struct orpc_loop *loop)
{
	return loop_wait_ms(loop, orpc_now_ns());
}

int
orpc_loop_fd(const struct orpc_loop *loop)
{
	return loop->epoll;
}

static void
loop_own(struct orpc_loop *loop)
{
	pthread_t self = pthread_self();

	if (atomic_load_explicit(&loop->owned, memory_order_relaxed) &&
	    pthread_equal(atomic_load_explicit(&loop->owner,
	    memory_order_relaxed), self))
		return;
	atomic_store(&loop->owner, self);
	atomic_store(&loop->owned, true);
}

/* There is an alarm; false: epoll has to keep the time. */
static bool
loop_has_alarm(struct orpc_loop *loop)
{
	/* Its edge is all that is wanted of it: it is never read. */
	struct epoll_event ev = { .events = EPOLLIN | EPOLLET,
	    .data.ptr = &loop->alarm };
	int fd;

	if (loop->alarm >= 0 || loop->lean)
		return loop->alarm >= 0;
	fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (fd < 0)
		return false;
	if (epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &ev) < 0) {
		close(fd);
		return false;
	}
	loop->alarm = fd;
	return true;
}

/* Sees to it that the alarm rings when the first timer is due.  Returns what
 * is left to epoll: 0 not to wait, -1, or milliseconds where the alarm can't
 * be set. */
static int
loop_set_alarm(struct orpc_loop *loop)
{
	int64_t due_ns = orpc_i_timers_due(&loop->timers);
	struct itimerspec at = { .it_value = { 0, 1 } };

	if (loop->later)
		return 0;
	if (due_ns >= loop->alarm_ns)
		return -1;
	if (due_ns > 0) {
		at.it_value.tv_sec = (time_t)(due_ns / (1000 * NS_PER_MS));
		at.it_value.tv_nsec = (long)(due_ns % (1000 * NS_PER_MS));
	}
	if (!loop_has_alarm(loop) ||
	    timerfd_settime(loop->alarm, TFD_TIMER_ABSTIME, &at, NULL))
		return loop_wait_ms(loop, orpc_now_ns());
	loop->alarm_ns = due_ns;
	return -1;
}

void
orpc_i_loop_set_lean(struct orpc_loop *loop)
{
	loop->lean = true;
}

void
orpc_i_loop_set_spin(struct orpc_loop *loop, int64_t spin_ns)
{
	loop->spin_ns = spin_ns;
}

/* Waits for events: their number, or negative (errno).  A ring of bell or
 * alarm is an event like others, so spinning overlooks nothing. */
static int
loop_wait(struct orpc_loop *loop, int wait_ms)
{
	int64_t stop;
	int n;

	if (loop->spin_ns && wait_ms) {
		stop = orpc_now_ns() + loop->spin_ns;
		if (wait_ms > 0 && loop->spin_ns >= wait_ms * NS_PER_MS) {
			stop += wait_ms * NS_PER_MS - loop->spin_ns;
			wait_ms = 0;
		}
		do {
			n = epoll_wait(loop->epoll, loop->batch, BATCH, 0);
		} while (!n && orpc_now_ns() < stop);
		if (n)
			return n;
	}
	return epoll_wait(loop->epoll, loop->batch, BATCH, wait_ms);
}

/* What was found is going to be handled.  A handler may make the loop turn:
 * that is part of its turn. */
static void
loop_begin(struct orpc_loop *loop)
{
	if (loop->depth++ == 0)
		atomic_fetch_add_explicit(&loop->turns, 1,
		    memory_order_acq_rel);
}

static void
loop_end(struct orpc_loop *loop)
{
	if (--loop->depth)
		return;
	atomic_fetch_add_explicit(&loop->turns, 1, memory_order_acq_rel);
	if (!atomic_load_explicit(&loop->awaited, memory_order_relaxed))
		return;
	pthread_mutex_lock(&loop->quiet_lock);
	pthread_cond_broadcast(&loop->quiet);
	pthread_mutex_unlock(&loop->quiet_lock);
}

int
orpc_loop_turn(struct orpc_loop *loop, int timeout_ms)
{
	int wait_ms = 0, n;

	loop_own(loop);
	if (timeout_ms)
		wait_ms = loop_set_alarm(loop);
	if (timeout_ms >= 0 && (wait_ms < 0 || wait_ms > timeout_ms))
		wait_ms = timeout_ms;
	n = loop_wait(loop, wait_ms);
	if (n < 0 && errno != EINTR)
		return -ORPC_E_SYSTEM;
	loop->clock.now_ns = orpc_now_ns();
	loop_begin(loop);
	loop_run_watches(loop, n < 0 ? 0 : n);
	if (orpc_i_timers_due(&loop->timers) <= loop->clock.now_ns)
		orpc_i_timers_run(&loop->timers, loop->clock.now_ns);
	if (loop->later)
		loop_run_later(loop);
	loop_end(loop);
	return 0;
}

int
orpc_loop_run(struct orpc_loop *loop)
{
	int result = 0;

	while (!result && !atomic_exchange(&loop->stop, false))
		result = orpc_loop_turn(loop, -1);
	return result;
}

void
orpc_loop_stop(struct orpc_loop *loop)
{
	atomic_store(&loop->stop, true);
	loop_ring(loop);
}

/* ---- Timers, questions ---------------------------------------------------------- */

int
orpc_i_loop_timer_set(struct orpc_loop *loop, struct orpc_i_timer *timer,
    int64_t due_ns)
{
	return orpc_i_timers_set(&loop->timers, timer, due_ns);
}

void
orpc_i_loop_timer_clear(struct orpc_loop *loop, struct orpc_i_timer *timer)
{
	orpc_i_timers_clear(&loop->timers, timer);
}

bool
orpc_i_loop_is_mine(const struct orpc_loop *loop)
{
	return atomic_load(&loop->owned) &&
	    pthread_equal(atomic_load(&loop->owner), pthread_self());
}

static unsigned
loop_turns(struct orpc_loop *loop)
{
	return atomic_fetch_add_explicit(&loop->turns, 0,
	    memory_order_acq_rel);
}

bool
orpc_i_loop_is_turning_here(struct orpc_loop *loop)
{
	return orpc_i_loop_is_mine(loop) && loop_turns(loop) & 1;
}

void
orpc_i_loop_hold(struct orpc_loop *loop)
{
	atomic_fetch_add(&loop->holds, 1);
}

void
orpc_i_loop_release(struct orpc_loop *loop)
{
	atomic_fetch_sub(&loop->holds, 1);
}

bool
orpc_i_loop_is_held(struct orpc_loop *loop)
{
	return atomic_load(&loop->holds) != 0;
}

void
orpc_i_loop_quiesce(struct orpc_loop *loop)
{
	unsigned turn = loop_turns(loop);

	if (!(turn & 1) || orpc_i_loop_is_mine(loop))
		return;
	atomic_fetch_add(&loop->awaited, 1);
	pthread_mutex_lock(&loop->quiet_lock);
	while (loop_turns(loop) == turn)
		pthread_cond_wait(&loop->quiet, &loop->quiet_lock);
	pthread_mutex_unlock(&loop->quiet_lock);
	atomic_fetch_sub(&loop->awaited, 1);
}

void *
orpc_i_loop_local(const struct orpc_loop *loop)
{
	return loop->local;
}

void
orpc_i_loop_set_local(struct orpc_loop *loop, void *local,
    void (*fini)(void *local))
{
	loop->local = local;
	loop->local_fini = fini;
}
