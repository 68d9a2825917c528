# SPDX-License-Identifier: BSD-3-Clause
# bash completion for orpcinfo
_orpcinfo()
{
	local cur=$2 prev=$3
	local options="--ports --short --stats --list --tcp --udp --netid
		--address --port --broadcast --delete --ping --watch --names
		--timeout --connect-timeout --json --compact --no-headers
		--help --version"

	case $prev in
	-x|--names) COMPREPLY=($(compgen -f -X '!*.x' -- "$cur")
		$(compgen -d -- "$cur")); return ;;
	-T|--netid) COMPREPLY=($(compgen -W 'tcp udp tcp6 udp6 local' \
		-- "$cur")); return ;;
	-a|-n|--address|--port|--watch|--timeout|--connect-timeout) return ;;
	esac
	case $cur in
	-*) COMPREPLY=($(compgen -W "$options" -- "$cur")) ;;
	*) COMPREPLY=($(compgen -A hostname -- "$cur")
		$(compgen -W "$(awk '!/^#/ { print $1 }' /etc/rpc \
		    2>/dev/null)" -- "$cur")) ;;
	esac
}
complete -F _orpcinfo orpcinfo
