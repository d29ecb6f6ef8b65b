"""`launch.py SECONDS COMMAND…` runs a command, and writes to standard error its exit status, the seconds of processor time it
took and its largest resident set in kB. It is a process of its own because what is measured of a process includes the
memory of the one from which it was forked."""

import os
import resource
import sys

seconds = int(sys.argv[1])
pid = os.fork()
if pid == 0:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    try:
        os.execvp(sys.argv[2], sys.argv[2:])
    finally:
        os._exit(127)
_, status, usage = os.wait4(pid, 0)
print(os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, usage.ru_maxrss, file=sys.stderr)
