"""The few raw HTTP calls the tests need beside the client libraries: an observer that caches nothing."""

import http.client
import json
import urllib.parse

CONFIGS = "/nacos/v1/cs/configs"
INSTANCES = "/nacos/v1/ns/instance"
GROUP = "DEFAULT_GROUP"


class Refused(RuntimeError):
    """An answer that is not the success it was to be."""

    def __init__(self, asked, status, body):
        super().__init__(f"{asked} answered {status} {body[:200]!r}")
        self.status = status
        self.body = body


class Connection:
    """A kept-alive connection to one server; used by one thread. Errors of the socket are the caller's (OSError)."""

    def __init__(self, port, timeout=10.0, token=None):
        """`token`: sent with every request."""
        self.port = port
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        self._token = token

    def request(self, method, path, query=None, form=None, headers=None, on_sent=lambda: None):
        """Returns (status, headers, body bytes). Calls `on_sent` when the request is out."""
        target = path + ("?" + urllib.parse.urlencode(query) if query else "")
        body = urllib.parse.urlencode(form) if form else None
        sent = dict(headers or {})
        if self._token:
            sent["Authorization"] = f"Bearer {self._token}"
        if body:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        self._http.request(method, target, body=body, headers=sent)
        on_sent()
        response = self._http.getresponse()
        return response.status, response.headers, response.read()

    def upload(self, path, query, name, filename, data):
        """POSTs a file as the one part of a multipart form. Returns (status, headers, body bytes)."""
        boundary = "part-of-the-tests"
        head = f'Content-Disposition: form-data; name="{name}"; filename="{filename}"\r\nContent-Type: application/zip\r\n\r\n'
        body = f"--{boundary}\r\n{head}".encode() + data + f"\r\n--{boundary}--\r\n".encode()
        self._http.request("POST", f"{path}?{urllib.parse.urlencode(query)}", body=body,
                           headers={"Content-Type": f"multipart/form-data; boundary={boundary}"})
        response = self._http.getresponse()
        return response.status, response.headers, response.read()

    def publish(self, data_id, content, group=GROUP, cas_md5=None):
        """True when acknowledged; False when a compare-and-set was refused. Errors: Refused for any other answer."""
        headers = {"casMd5": cas_md5} if cas_md5 else None
        status, _, body = self.request("POST", CONFIGS, headers=headers,
                                       form={"dataId": data_id, "group": group, "content": content})
        if status == 200 and body.strip() == b"true":
            return True
        if cas_md5 and status == 500 and b"Cas publish fail" in body:
            return False
        raise Refused(f"publish of {data_id}", status, body)

    def get(self, data_id, group=GROUP):
        """The stored content, or None when there is none. Errors: Refused for any other answer."""
        status, _, body = self.get_raw(data_id, group)
        if status == 200:
            return body.decode("utf-8")
        if status == 404:
            return None
        raise Refused(f"get of {data_id}", status, body)

    def get_raw(self, data_id, group=GROUP):
        """(status, headers, body) of the read of one configuration."""
        return self.request("GET", CONFIGS, query={"dataId": data_id, "group": group})

    def instances(self, service, group=GROUP):
        """The "ip:port" of every instance listed, sorted."""
        status, _, body = self.request("GET", INSTANCES + "/list", query={"serviceName": service, "groupName": group})
        if status != 200:
            raise Refused(f"list of {service}", status, body)
        return sorted(f"{host['ip']}:{host['port']}" for host in json.loads(body)["hosts"])

    def listening_address(self, data_id, group=GROUP):
        """The address of a client that listens to a configuration, None when nobody does."""
        listeners = self.ask("GET", "/nacos/v1/cs/configs/listener", {"dataId": data_id, "group": group})
        return next(iter(listeners["lisentersGroupkeyStatus"]), None)

    def log_in(self, user, password):
        """Signs in and sends the token from now on. Errors: Refused when it is."""
        status, _, body = self.request("POST", "/nacos/v1/auth/users/login", form={"username": user, "password": password})
        if status != 200:
            raise Refused(f"log-in of {user}", status, body)
        self._token = json.loads(body)["accessToken"]
        return self._token

    def ask(self, method, path, query=None, form=None, headers=None):
        """The JSON of an answer that must be a success. Errors: Refused for any other."""
        status, _, body = self.request(method, path, query, form, headers)
        if status != 200:
            raise Refused(f"{method} {path}", status, body)
        return json.loads(body)

    def close(self):
        self._http.close()
