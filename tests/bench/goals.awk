# SPDX-License-Identifier: BSD-3-Clause
# What `make bench` printed, to a list of the goals: lines
#	goal: WHAT: VALUE (at most|least BOUND)
# and of what did not run: lines "failed: WHAT". Exit status 1 for the latter;
# a goal that is missed on a busy machine is no failure.
/^goal: / {
	n = split($0, part, /: /)
	what = part[2]
	split(part[n], word, /[ ()]+/)
	value = word[1]
	if (value ~ /k$/)
		value = substr(value, 1, length(value) - 1) * 1000
	bound = word[4]
	good = word[3] == "most" ? value + 0 <= bound + 0 : \
	    value + 0 >= bound + 0
	line = sprintf("%-56s %8s  at %s %s\n", what, word[1], word[3], bound)
	if (good) {
		met++
		met_lines = met_lines "  " line
	} else {
		missed++
		missed_lines = missed_lines "  " line
	}
}
/^failed: / {
	failed++
	failed_lines = failed_lines "  " $0 "\n"
}
END {
	printf "\n== goals met: %d\n%s== goals missed: %d\n%s", met, met_lines,
	    missed, missed_lines
	if (failed) {
		printf "== not run: %d\n%s", failed, failed_lines
		exit 1
	}
}
