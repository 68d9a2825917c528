/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A sign of life: nothing for a second, then one line on stderr, and only on
 * a terminal.  A timer signal writes it, since the wait itself is in the
 * library.
 */
#include "runtime/tools/info/info.h"

#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

static char what_text[200];
static volatile sig_atomic_t seconds;
static volatile sig_atomic_t limit_s;
static volatile sig_atomic_t shown;

/* Decimal digits without stdio, which a signal handler may not use. */
static size_t
digits(char *to, unsigned n)
{
	char text[12];
	size_t i = sizeof(text), length;

	do {
		text[--i] = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	length = sizeof(text) - i;
	memcpy(to, text + i, length);
	return length;
}

static void
on_tick(int number)
{
	char line[300];
	size_t n = strlen(what_text);

	(void)number;
	seconds++;
	memcpy(line, what_text, n);
	memcpy(line + n, ", ", 2);
	n += 2;
	n += digits(line + n, (unsigned)seconds);
	memcpy(line + n, " s of ", 6);
	n += 6;
	n += digits(line + n, (unsigned)limit_s);
	memcpy(line + n, " s\033[K", 5);
	n += 5;
	shown = write(STDERR_FILENO, line, n) > 0;
}

static void
ticks_set(long s)
{
	const struct itimerval every = { { s, 0 }, { s, 0 } };

	setitimer(ITIMER_REAL, &every, NULL);
}

void
progress_start(const char *what, uint32_t timeout_ms)
{
	const struct sigaction act = { .sa_handler = on_tick,
	    .sa_flags = SA_RESTART };

	if (!isatty(STDERR_FILENO))
		return;
	seconds = 0;
	shown = 0;
	limit_s = (sig_atomic_t)(timeout_ms / 1000);
	snprintf(what_text, sizeof(what_text), "\rwaiting for %s", what);
	sigaction(SIGALRM, &act, NULL);
	ticks_set(1);
}

void
progress_end(void)
{
	if (!isatty(STDERR_FILENO))
		return;
	ticks_set(0);
	if (shown)
		fputs("\r\033[K", stderr);
	shown = 0;
}
