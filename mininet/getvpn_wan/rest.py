# SPDX-License-Identifier: Apache-2.0
"""ONOS's REST interface, reached in ONOS's own network namespace."""

import base64
import http.client
import json


class RestError(OSError):
    """An answer of 400 or more. `status`, and `text` as ONOS wrote it."""

    def __init__(self, method, path, status, text):
        super().__init__(f"{method} {path}: {status}: {text.strip()[:2000]}")
        self.status = status
        self.text = text


class Rest:
    """HTTP with basic authentication to 127.0.0.1 of a namespace. Paths are relative to `/onos`."""

    def __init__(self, namespace, port=8181, user="onos", password="rocks"):
        self._namespace = namespace
        self._port = port
        token = base64.b64encode(f"{user}:{password}".encode()).decode()
        self._headers = {"Authorization": f"Basic {token}"}

    def get(self, path):
        return self._json(self.call("GET", path))

    def post(self, path, document=None):
        body = None if document is None else json.dumps(document).encode()
        return self._json(self.call("POST", path, body, "application/json"))

    def delete(self, path):
        return self._json(self.call("DELETE", path))

    def call(self, method, path, body=None, kind="application/json", timeout=30):
        """Returns the body of the answer; raises RestError for a refusal, OSError if nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=timeout)
        connection.sock = self._namespace.socket()
        try:
            connection.sock.settimeout(timeout)
            connection.sock.connect(("127.0.0.1", self._port))
            headers = {**self._headers, "Accept": "application/json"}
            if body is not None:
                headers["Content-Type"] = kind
            connection.request(method, f"/onos/{path}", body, headers)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
        except http.client.HTTPException as error:
            raise OSError(f"{method} {path}: {error!r}") from error
        finally:
            connection.close()
        # 207 is how ONOS answers a network configuration that an application refuses
        if answer.status >= 400 or answer.status == 207:
            raise RestError(method, path, answer.status, text)
        return text

    @staticmethod
    def _json(text):
        return json.loads(text) if text.strip() else None
