# SPDX-License-Identifier: BSD-3-Clause
#
# AX_PROG_IDLC([MINIMUM-VERSION], [IF-FOUND], [IF-NOT-FOUND])
#
# Looks for idlc, the compiler of orpc: $IDLC if the user set it, else in
# PATH, else where pkg-config's liborpc says. Substitutes IDLC and IDLCFLAGS
# and defines the conditional HAVE_IDLC. Without IF-NOT-FOUND a missing or
# older idlc stops configure.
#
# A Makefile.am then includes what `idlc --makefile-fragment FILE.x` prints;
# see idlc(1).

#serial 1

AC_DEFUN([AX_PROG_IDLC], [
	AC_REQUIRE([PKG_PROG_PKG_CONFIG])
	AC_REQUIRE([AC_PROG_SED])
	AC_ARG_VAR([IDLC], [compiler of RPC language (.x) files])
	AC_ARG_VAR([IDLCFLAGS], [options for idlc])
	AS_IF([test -z "$IDLC"], [
		ax_idlc_dir=
		AS_IF([test -n "$PKG_CONFIG"],
			[ax_idlc_dir=`$PKG_CONFIG --variable=bindir liborpc 2>/dev/null`])
		AC_PATH_PROG([IDLC], [idlc], [],
			[$PATH$PATH_SEPARATOR$ax_idlc_dir])
	])
	ax_idlc_found=no
	ax_idlc_version=none
	AS_IF([test -n "$IDLC"], [
		AC_MSG_CHECKING([version of $IDLC])
		ax_idlc_version=`$IDLC --version 2>/dev/null | $SED -n '1s/.* //p'`
		AC_MSG_RESULT([${ax_idlc_version:=unknown}])
		AS_IF([test "$ax_idlc_version" != unknown],
			[AS_VERSION_COMPARE([$ax_idlc_version], m4_default([$1], [0]),
				[ax_idlc_found=no], [ax_idlc_found=yes],
				[ax_idlc_found=yes])])
	])
	AM_CONDITIONAL([HAVE_IDLC], [test "$ax_idlc_found" = yes])
	AS_IF([test "$ax_idlc_found" = yes], [m4_default([$2], [:])],
		[m4_default([$3],
			[AC_MSG_ERROR([idlc ]m4_ifnblank([$1], [[$1 or newer ]])[is needed (found: $ax_idlc_version); install the package orpc, or set IDLC])])])
])
