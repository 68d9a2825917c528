/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The loop: watches that go away in the middle of a batch, tasks at the end
 * of a turn, posts from other threads, stopping; and timers by a clock that
 * is set by hand.
 */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtime/io/loop.h"
#include "tests/lib/test.h"
#include "xdr/base.h"

/* ---- Timers ---------------------------------------------------------- */

struct ticker {
	struct orpc_i_timer timer;
	struct orpc_i_timers *timers;
	int ran;
	int64_t again_ns;	/* sets itself once more; 0: not */
	struct ticker *clears;
};

static void
ticker_run(void *ctx)
{
	struct ticker *t = ctx;

	t->ran++;
	if (t->again_ns)
		orpc_i_timers_set(t->timers, &t->timer, t->again_ns);
	if (t->clears)
		orpc_i_timers_clear(t->timers, &t->clears->timer);
}

static void
timers_run_in_order(void **state)
{
	struct orpc_i_timers timers = { 0 };
	struct ticker t[100] = { { .ran = 0 } };
	uint64_t seed = 3;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		t[i].timer.fn = ticker_run;
		t[i].timer.ctx = &t[i];
		t[i].timers = &timers;
	}
	for (int round = 0; round < 5000; round++) {
		struct ticker *one = &t[test_random(&seed) % ARRAY_LEN(t)];
		int64_t least = INT64_MAX;

		if (test_random(&seed) % 4)
			assert_int_equal(orpc_i_timers_set(&timers,
			    &one->timer, (int64_t)(test_random(&seed) % 1000)),
			    0);
		else
			orpc_i_timers_clear(&timers, &one->timer);
		for (size_t i = 0; i < ARRAY_LEN(t); i++)
			if (orpc_i_timer_is_set(&t[i].timer) &&
			    t[i].timer.due_ns < least)
				least = t[i].timer.due_ns;
		assert_int_equal(orpc_i_timers_due(&timers), least);
	}
	orpc_i_timers_run(&timers, 499);
	assert_true(orpc_i_timers_due(&timers) >= 500);
	orpc_i_timers_run(&timers, 1000);
	assert_int_equal(orpc_i_timers_due(&timers), INT64_MAX);
	orpc_i_timers_fini(&timers);
}

static void
timers_may_set_and_clear(void **state)
{
	struct orpc_i_timers timers = { 0 };
	struct ticker a = { .timers = &timers }, b = { .timers = &timers };

	(void)state;
	a.timer.fn = b.timer.fn = ticker_run;
	a.timer.ctx = &a;
	b.timer.ctx = &b;
	a.again_ns = 1;
	a.clears = &b;
	orpc_i_timers_set(&timers, &a.timer, 1);
	orpc_i_timers_set(&timers, &b.timer, 2);
	orpc_i_timers_run(&timers, 5);
	assert_int_equal(b.ran, 0);
	assert_true(a.ran >= 1 && a.ran <= 2);
	assert_true(orpc_i_timer_is_set(&a.timer));
	orpc_i_timers_clear(&timers, &a.timer);
	orpc_i_timers_fini(&timers);
}

/* ---- Watches --------------------------------------------------------- */

struct watcher {
	struct orpc_i_watch watch;
	struct watcher *removes;
	unsigned events;
	int ran;
};

static void
watcher_run(void *ctx, int fd, unsigned events)
{
	struct watcher *w = ctx;

	assert_int_equal(fd, w->watch.fd);
	w->ran++;
	w->events = events;
	if (w->removes)
		orpc_i_watch_remove(&w->removes->watch);
}

static void
watches_hear_events(void **state)
{
	struct watcher w = { .watch = { .fn = watcher_run } };
	struct orpc_loop *loop;
	size_t before = test_open_fds();
	int fds[2];
	char c;

	(void)state;
	w.watch.ctx = &w;
	assert_int_equal(orpc_loop_new(&loop), 0);
	test_pair(AF_UNIX, SOCK_STREAM, fds);
	assert_int_equal(orpc_i_watch_add(loop, &w.watch, fds[0],
	    ORPC_LOOP_READ), 0);
	assert_int_equal(orpc_loop_turn(loop, 0), 0);
	assert_int_equal(w.ran, 0);
	test_write(fds[1], "x", 1);
	assert_int_equal(orpc_loop_turn(loop, 1000), 0);
	assert_int_equal(w.ran, 1);
	assert_int_equal(w.events, ORPC_LOOP_READ);
	test_read(fds[0], &c, 1);
	assert_int_equal(orpc_i_watch_set(&w.watch, ORPC_LOOP_WRITE), 0);
	assert_int_equal(orpc_loop_turn(loop, 1000), 0);
	assert_int_equal(w.events, ORPC_LOOP_WRITE);
	assert_int_equal(orpc_i_watch_set(&w.watch, ORPC_LOOP_READ), 0);
	close(fds[1]);
	assert_int_equal(orpc_loop_turn(loop, 1000), 0);
	assert_true(w.events & ORPC_LOOP_READ);
	assert_true(w.events & ORPC_I_LOOP_HANGUP);
	orpc_i_watch_remove(&w.watch);
	orpc_i_watch_remove(&w.watch);
	close(fds[0]);
	orpc_loop_free(loop);
	test_no_fds_left(before);
}

/* Whichever comes first takes the other's watch away. */
static void
removed_watches_are_silent(void **state)
{
	struct watcher a = { .watch = { .fn = watcher_run } };
	struct watcher b = { .watch = { .fn = watcher_run } };
	struct orpc_loop *loop;
	int fds[2];

	(void)state;
	a.watch.ctx = &a;
	b.watch.ctx = &b;
	a.removes = &b;
	b.removes = &a;
	assert_int_equal(orpc_loop_new(&loop), 0);
	test_pair(AF_UNIX, SOCK_STREAM, fds);
	test_write(fds[0], "x", 1);
	test_write(fds[1], "x", 1);
	orpc_i_watch_add(loop, &a.watch, fds[0], ORPC_LOOP_READ);
	orpc_i_watch_add(loop, &b.watch, fds[1], ORPC_LOOP_READ);
	orpc_loop_turn(loop, 1000);
	assert_int_equal(a.ran + b.ran, 1);
	orpc_i_watch_remove(&a.watch);
	orpc_i_watch_remove(&b.watch);
	close(fds[0]);
	close(fds[1]);
	orpc_loop_free(loop);
}

/* ---- Tasks ----------------------------------------------------------- */

struct job {
	struct orpc_i_task task;
	struct orpc_loop *loop;
	int ran;
	int again;
};

static void
job_run(struct orpc_i_task *task)
{
	struct job *job = container_of(task, struct job, task);

	job->ran++;
	if (job->again-- > 0)
		orpc_i_loop_later(job->loop, task);
}

static void
tasks_run_at_the_end_of_the_turn(void **state)
{
	struct orpc_loop *loop;
	struct job a = { .task = { .fn = job_run } }, b = a, c = a;

	(void)state;
	assert_int_equal(orpc_loop_new(&loop), 0);
	a.loop = b.loop = c.loop = loop;
	a.again = 1;
	orpc_i_loop_later(loop, &a.task);
	orpc_i_loop_later(loop, &a.task);
	orpc_i_loop_later(loop, &b.task);
	orpc_i_loop_later(loop, &c.task);
	orpc_i_loop_forget(loop, &c.task);
	orpc_i_loop_forget(loop, &c.task);
	assert_int_equal(orpc_loop_timeout(loop), 0);
	assert_int_equal(orpc_loop_turn(loop, -1), 0);
	assert_int_equal(a.ran, 2);
	assert_int_equal(b.ran, 1);
	assert_int_equal(c.ran, 0);
	/* One that never ends lets others live. */
	a.again = 1000000;
	orpc_i_loop_later(loop, &a.task);
	assert_int_equal(orpc_loop_turn(loop, -1), 0);
	assert_true(a.ran < 10000);
	a.again = 0;
	assert_int_equal(orpc_loop_turn(loop, -1), 0);
	assert_int_equal(orpc_loop_timeout(loop), -1);
	orpc_loop_free(loop);
}

enum { POSTERS = 4, POSTS = 20000 };

static int posted;

static void
count_post(void *ctx)
{
	posted++;
	if (posted == POSTERS * POSTS)
		orpc_loop_stop(ctx);
}

static void *
poster(void *loop)
{
	assert_false(orpc_i_loop_is_mine(loop));
	for (int i = 0; i < POSTS; i++)
		assert_int_equal(orpc_loop_post(loop, count_post, loop), 0);
	return NULL;
}

static void
posts_from_threads_all_arrive(void **state)
{
	pthread_t threads[POSTERS];
	struct orpc_loop *loop;

	(void)state;
	assert_int_equal(orpc_loop_new(&loop), 0);
	for (int i = 0; i < POSTERS; i++)
		pthread_create(&threads[i], NULL, poster, loop);
	assert_int_equal(orpc_loop_run(loop), 0);
	assert_true(orpc_i_loop_is_mine(loop));
	for (int i = 0; i < POSTERS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(posted, POSTERS * POSTS);
	/* The bell is quiet again: nothing to do, and no busy turning. */
	orpc_loop_turn(loop, 0);
	assert_false(test_readable(orpc_loop_fd(loop), 0));
	orpc_loop_free(loop);
}

static void
free_runs_what_was_posted(void **state)
{
	struct orpc_loop *loop;
	struct job job = { .task = { .fn = job_run } };

	(void)state;
	assert_int_equal(orpc_loop_new(&loop), 0);
	orpc_i_loop_post(loop, &job.task);
	orpc_loop_free(loop);
	assert_int_equal(job.ran, 1);
}

static struct orpc_loop *signalled;

static void
on_signal(int number)
{
	(void)number;
	orpc_loop_stop(signalled);
}

static void
a_signal_stops_it(void **state)
{
	struct sigaction act = { .sa_handler = on_signal }, old;

	(void)state;
	assert_int_equal(orpc_loop_new(&signalled), 0);
	sigaction(SIGALRM, &act, &old);
	ualarm(20000, 0);
	assert_int_equal(orpc_loop_run(signalled), 0);
	orpc_loop_stop(signalled);
	assert_int_equal(orpc_loop_run(signalled), 0);
	sigaction(SIGALRM, &old, NULL);
	orpc_loop_free(signalled);
}

/* ---- The public kinds ------------------------------------------------ */

static int public_ran;

static void
on_public(void *ctx, int fd, unsigned events)
{
	(void)ctx;
	(void)fd;
	assert_int_equal(events, ORPC_LOOP_READ);
	public_ran++;
}

static void
on_timer(void *ctx)
{
	orpc_loop_stop(ctx);
}

static void
programs_watch_and_time(void **state)
{
	struct orpc_loop *loop;
	struct orpc_watch *watch;
	struct orpc_timer *timer, *never;
	int fds[2];

	(void)state;
	assert_int_equal(orpc_loop_new(&loop), 0);
	test_pair(AF_UNIX, SOCK_STREAM, fds);
	assert_int_equal(orpc_watch_add(loop, fds[0], ORPC_LOOP_READ,
	    on_public, NULL, &watch), 0);
	assert_int_equal(orpc_timer_add(loop, UINT64_MAX, on_timer, loop,
	    &never), 0);
	assert_int_equal(orpc_timer_add(loop, 5, on_timer, loop, &timer), 0);
	assert_in_range(orpc_loop_timeout(loop), 0, 5);
	close(fds[1]);
	assert_int_equal(orpc_loop_run(loop), 0);
	assert_true(public_ran > 0);
	orpc_watch_remove(watch);
	orpc_timer_cancel(never);
	orpc_watch_remove(NULL);
	orpc_timer_cancel(NULL);
	assert_int_equal(orpc_loop_timeout(loop), -1);
	close(fds[0]);
	orpc_loop_free(loop);
}

/* How often this thread went to sleep. */
static long
sleeps(void)
{
	struct rusage usage;

	assert_int_equal(getrusage(RUSAGE_THREAD, &usage), 0);
	return usage.ru_nvcsw;
}

static void
it_looks_before_it_sleeps(void **state)
{
	struct orpc_loop *loop;
	int64_t begun;
	long before;

	(void)state;
	assert_int_equal(orpc_loop_new(&loop), 0);
	before = sleeps();
	assert_int_equal(orpc_loop_turn(loop, 10), 0);
	assert_true(sleeps() > before);
	/* Longer than the turn may take: it does not sleep, and ends. */
	orpc_i_loop_set_spin(loop, INT64_C(1) << 60);
	begun = orpc_now_ns();
	before = sleeps();
	assert_int_equal(orpc_loop_turn(loop, 10), 0);
	assert_int_equal(sleeps(), before);
	assert_true(orpc_now_ns() - begun >= 10000000);
	/* Shorter: it sleeps afterwards. */
	orpc_i_loop_set_spin(loop, 1000);
	assert_int_equal(orpc_loop_turn(loop, 10), 0);
	assert_true(sleeps() > before);
	/* What is there is found. */
	orpc_i_loop_set_spin(loop, INT64_C(1) << 60);
	assert_int_equal(orpc_loop_post(loop, on_timer, loop), 0);
	assert_int_equal(orpc_loop_run(loop), 0);
	orpc_loop_free(loop);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(timers_run_in_order),
		cmocka_unit_test(timers_may_set_and_clear),
		cmocka_unit_test(watches_hear_events),
		cmocka_unit_test(removed_watches_are_silent),
		cmocka_unit_test(tasks_run_at_the_end_of_the_turn),
		cmocka_unit_test(posts_from_threads_all_arrive),
		cmocka_unit_test(free_runs_what_was_posted),
		cmocka_unit_test(a_signal_stops_it),
		cmocka_unit_test(programs_watch_and_time),
		cmocka_unit_test(it_looks_before_it_sleeps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
