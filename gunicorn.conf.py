"""How gunicorn serves the academy, in the image and on any server. Its command line has the last word.

A thread holds one request and one database connection: WEB_CONCURRENCY × WEB_THREADS of both in all. ADR 12 says why
the threads are two.
"""

import os

wsgi_app = "academy.wsgi"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = int(os.environ.get("WEB_THREADS") or 2)
# No command steers a running server, so no socket for commands is opened.
control_socket_disable = True
# Heartbeats are files: on a slow disk a late one would end a healthy worker.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None
