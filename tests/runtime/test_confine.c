/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The list of system calls that orpcbind is left with: what is not on it
 * fails, or ends the process.  Each case runs in a child, since a filter stays.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/binder/confine.h"
#include "tests/lib/test.h"
#include "xdr/base.h"

/* ---- What is tried: 0, or errno ---------------------------------------------- */

static int
starts_a_program(void)
{
	char name[] = "/bin/true";
	char *const args[] = { name, NULL };

	execv(name, args);
	return errno;
}

static int
forks(void)
{
	/* Not the C library's fork: handlers of sanitizers hang on it. */
	long pid = syscall(SYS_clone, (unsigned long)SIGCHLD, NULL, NULL,
	    NULL, NULL);

	if (pid == 0)
		_exit(0);
	return pid < 0 ? errno : 0;
}

static int
changes_directory(void)
{
	return chdir("/") < 0 ? errno : 0;
}

static int
makes_directory(void)
{
	return mkdir("/", 0700) < 0 ? errno : 0;
}

static int
makes_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? errno : 0;
}

static int
sends_signal(void)
{
	return kill(getpid(), SIGCONT) < 0 ? errno : 0;
}

static int
sniffs(void)
{
	return socket(AF_PACKET, SOCK_RAW, 0) < 0 ? errno : 0;
}

static int
asks_for_a_process(void)
{
	return kill(getpid(), 0) < 0 ? errno : 0;
}

static int
opens_a_connection(void)
{
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 && errno != EAFNOSUPPORT)
		return errno;
	return fd >= 0 && close(fd) < 0 ? errno : 0;
}

static int
takes_memory(void)
{
	void *p = malloc((size_t)8 << 20);

	free(p);
	return p ? 0 : ENOMEM;
}

/* ---- Trying ------------------------------------------------------------------- */

#define DIES (-1)

/* What fn says under a mode, or DIES. */
static int
tried(enum confine_mode mode, int (*fn)(void))
{
	char error[200];
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
		    confine(mode, true, error, sizeof(error)))
			_exit(255);
		_exit(fn());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status)) {
		assert_int_equal(WTERMSIG(status), SIGSYS);
		return DIES;
	}
	assert_int_not_equal(WEXITSTATUS(status), 255);
	return WEXITSTATUS(status);
}

static void
what_is_forbidden(void **state)
{
	static const struct {
		const char *what;
		int (*fn)(void);
		int refused, killed;
	} cases[] = {
		{ "a program", starts_a_program, DIES, DIES },
		{ "a process", forks, EPERM, DIES },
		{ "chdir", changes_directory, EPERM, DIES },
		{ "mkdir", makes_directory, EPERM, DIES },
		{ "code", makes_code, EPERM, DIES },
		{ "a signal", sends_signal, EPERM, DIES },
		{ "raw packets", sniffs, EPERM, DIES },
		{ "a question", asks_for_a_process, 0, 0 },
		{ "a socket", opens_a_connection, 0, 0 },
		{ "memory", takes_memory, 0, 0 },
	};

	(void)state;
	if (test_memcheck() || !confine_is_built())
		return;		/* builds_without_it_say_so */
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int refused = tried(CONFINE_REFUSE, cases[i].fn);
		int killed = tried(CONFINE_KILL, cases[i].fn);

		if (refused != cases[i].refused || killed != cases[i].killed)
			fail_msg("%s: %d, %d", cases[i].what, refused, killed);
	}
}

/* The calls of the table are possible at all: else it would prove nothing. */
static void
what_is_possible_without(void **state)
{
	(void)state;
	assert_int_equal(tried(CONFINE_OFF, forks), 0);
	assert_int_equal(tried(CONFINE_OFF, changes_directory), 0);
	assert_int_equal(tried(CONFINE_OFF, makes_directory), EEXIST);
	assert_int_equal(tried(CONFINE_OFF, makes_code), 0);
	assert_int_equal(tried(CONFINE_OFF, sends_signal), 0);
	assert_int_equal(tried(CONFINE_OFF, starts_a_program), 0);
}

static void
builds_without_it_say_so(void **state)
{
	char text[300], error[100] = "";

	(void)state;
	confine_text(CONFINE_REFUSE, text, sizeof(text));
	if (confine_is_built()) {
		assert_non_null(strstr(text, "EPERM"));
		confine_text(CONFINE_KILL, text, sizeof(text));
		assert_non_null(strstr(text, "SIGSYS"));
		return;
	}
	assert_string_equal(text, "any (built without "
	    "libseccomp, or with a sanitizer)");
	assert_int_equal(confine(CONFINE_KILL, true, error, sizeof(error)),
	    -1);
	assert_non_null(strstr(error, "libseccomp"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_forbidden),
		cmocka_unit_test(what_is_possible_without),
		cmocka_unit_test(builds_without_it_say_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
