# SPDX-License-Identifier: BSD-3-Clause
# The package as if it were installed, for scripts that build against it:
#
#   . "${top_srcdir:?}/tests/lib/stage.sh"
#
# `make stage.stamp` (part of make check) installs into stage/ of the build
# directory; here PATH, LD_LIBRARY_PATH, PKG_CONFIG and the rest are set so
# that the examples' own makefiles find it. Read only: several tests use it
# at once. ORPC_STAGE names another place where the package is installed.

stage_pc=$(dirname "$(find "${ORPC_STAGE:-${top_builddir:?}/stage}" \
	-name liborpc.pc)")
# The .pc files name the prefix that was configured; here it lies elsewhere.
stage_prefix=${stage_pc%/lib*}
mkdir -p "${tmp:?}/pc"
for stage_file in "$stage_pc"/*.pc; do
	sed "s|^prefix=.*|prefix=$stage_prefix|" "$stage_file" \
		>"$tmp/pc/${stage_file##*/}"
done
PKG_CONFIG=pkg-config
PKG_CONFIG_PATH=$tmp/pc${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
LD_LIBRARY_PATH=${stage_pc%/pkgconfig}${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export PKG_CONFIG PKG_CONFIG_PATH LD_LIBRARY_PATH
stage_bin=$($PKG_CONFIG --variable=bindir liborpc)
PATH=$stage_bin:${stage_bin%bin}sbin:$PATH
export PATH
# A program against libraries with a sanitizer needs it as well.
if [ -n "${SANITIZE_CFLAGS-}" ]; then
	CFLAGS="${CFLAGS--g -O1} $SANITIZE_CFLAGS"
	export CFLAGS
fi
