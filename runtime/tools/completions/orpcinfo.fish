# SPDX-License-Identifier: BSD-3-Clause
complete -c orpcinfo -f
complete -c orpcinfo -s p -l ports -d 'as the portmapper tells it'
complete -c orpcinfo -s s -l short -d 'one line a program'
complete -c orpcinfo -s m -l stats -d 'counters of the binder'
complete -c orpcinfo -s l -l list -d 'ways to reach a program'
complete -c orpcinfo -s t -l tcp -d 'call over TCP'
complete -c orpcinfo -s u -l udp -d 'call over UDP'
complete -c orpcinfo -s T -l netid -x -a 'tcp udp tcp6 udp6 local' -d 'call over a transport'
complete -c orpcinfo -s a -l address -x -d 'call an address'
complete -c orpcinfo -s n -l port -x -d 'call this port'
complete -c orpcinfo -s b -l broadcast -d 'who has it?'
complete -c orpcinfo -s d -l delete -d 'unregister'
complete -c orpcinfo -l ping -d 'does each answer?'
complete -c orpcinfo -l watch -x -d 'again and again'
complete -c orpcinfo -s x -l names -r -d 'learn names of programs'
complete -c orpcinfo -l timeout -x -d 'all in all'
complete -c orpcinfo -l connect-timeout -x -d 'for a connection'
complete -c orpcinfo -l json -d 'result or error as JSON'
complete -c orpcinfo -s c -l compact -d 'JSON in one line'
complete -c orpcinfo -l no-headers -d 'tables without their first line'
complete -c orpcinfo -l help
complete -c orpcinfo -l version
complete -c orpcinfo -a '(awk "!/^#/ { print \$1 }" /etc/rpc 2>/dev/null)'
