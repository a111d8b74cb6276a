# SPDX-License-Identifier: Apache-2.0
"""Fresh secrets of one run: pre-shared keys for each member and the key that wraps stored state."""

from .run_directory import new_key_hex


class SecretFiles:
    """Writes `secrets/` of a run, every file 0600, every value random. Keeps the values for scans."""

    def __init__(self, plan, run):
        self._plan = plan
        self._run = run
        self.values = []

    def write(self):
        keys = {address: self._fresh() for address in self._plan.members}
        self._run.secret("wrapping.key", self._fresh() + "\n")
        self._run.secret("key-server.psk", self._lines(keys))
        for site in self._plan.sites:
            self.write_member(site, keys[site.member_address])

    def write_member(self, site, key):
        servers = {address: key for address in (*self._plan.key_server_addresses, self._plan.nobodys_address)}
        return self._run.secret(f"{site.member}.psk", self._lines(servers))

    def write_wrong(self, site):
        """A member whose pre-shared key is not the key server's."""
        return self.write_member(site, self._fresh())

    def restore(self, site):
        """The member's right key again."""
        for line in self._run.file("secrets/key-server.psk").read_text().splitlines():
            address, key = line.split()
            if address == site.member_address:
                self.write_member(site, key.removeprefix("0x"))

    def _fresh(self):
        value = new_key_hex()
        self.values.append(value)
        return value

    @staticmethod
    def _lines(keys):
        return "".join(f"{address} 0x{key}\n" for address, key in keys.items())
