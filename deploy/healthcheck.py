"""The container's health check: exit code 0 when the portal may be sent people. Standard library only."""

from __future__ import annotations

import http.client
import os
import sys


def main() -> int:
    """Ask /health/ready on this machine, by a host name that the portal answers to."""
    port = int(os.environ.get("BIND", "127.0.0.1:8000").rpartition(":")[2])
    host = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".").replace("*", "localhost")
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        connection.request("GET", "/health/ready", headers={"Host": host or "localhost"})
        return int(connection.getresponse().status != 200)
    except (OSError, http.client.HTTPException):
        return 1


if __name__ == "__main__":
    sys.exit(main())
