"""How many connections all worker processes together keep to the mail server: a place in Redis for each of them.

Nothing is asked where MAIL_SERVER_CONNECTIONS sets no limit. A place that is not renewed is free again after a while, so that a
process that was killed holds none for ever. A process that has no connection goes before one that wants another; who has several
then leaves one. While Redis is away each process keeps what it has, or opens one."""

import uuid
from dataclasses import dataclass
from functools import lru_cache

import redis
from django.conf import settings

_TAKEN, _WANTED = "mail:places", "mail:places:wanted"
_WANTS_FOR_SECONDS = 2
_TAKE = """
    local now = tonumber(redis.call('TIME')[1])
    redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
    redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
    local most, lasts, place, who, is_first = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], ARGV[4], ARGV[5] == '1'
    if redis.call('ZCARD', KEYS[1]) < most and (is_first or redis.call('ZCARD', KEYS[2]) == 0) then
        redis.call('ZREM', KEYS[2], who)
        return redis.call('ZADD', KEYS[1], now + lasts, place)
    end
    if is_first then
        redis.call('ZADD', KEYS[2], now + tonumber(ARGV[6]), who)
    end
    return 0
"""
# One that is not there is put back, since Redis may have been emptied, but never beyond the limit: a renewal that is read late may
# speak of places that were given back since.
_RENEW = """
    local now, most = tonumber(redis.call('TIME')[1]), tonumber(ARGV[2])
    for number = 3, #ARGV do
        if redis.call('ZSCORE', KEYS[1], ARGV[number]) or redis.call('ZCARD', KEYS[1]) < most then
            redis.call('ZADD', KEYS[1], now + tonumber(ARGV[1]), ARGV[number])
        end
    end
    return redis.call('ZCOUNT', KEYS[2], now + 1, '+inf')
"""


@dataclass(frozen=True)
class Place:
    """The right to one connection. Without a name it was not asked for."""

    name: str = ""

    def give_back(self) -> None:
        if self.name:
            _quietly(lambda: _client().zrem(_TAKEN, self.name))


class Places:
    """Those of one process's connections."""

    def __init__(self):
        self._who = uuid.uuid4().hex

    def take(self, *, is_first: bool) -> Place | None:
        """None where all are taken. `is_first` is who has none yet."""
        if not settings.MAIL_SERVER_CONNECTIONS:
            return Place()
        name = uuid.uuid4().hex
        asked = [settings.MAIL_SERVER_CONNECTIONS, _lasts(), name, self._who, int(is_first), _WANTS_FOR_SECONDS]
        try:
            return Place(name) if _client().eval(_TAKE, 2, _TAKEN, _WANTED, *asked) else None
        except redis.TimeoutError:  # it is slow, not away: what it may have given is given back, and asked for again
            Place(name).give_back()
            return None
        except redis.RedisError:
            return Place(name) if is_first else None

    @staticmethod
    def renew(places: list[Place]) -> bool:
        """True where a process without any connection waits for a place."""
        names, most = [place.name for place in places if place.name], settings.MAIL_SERVER_CONNECTIONS
        return bool(names and _quietly(lambda: _client().eval(_RENEW, 2, _TAKEN, _WANTED, _lasts(), most, *names)))


def places_taken() -> int | None:
    """By all processes; None while Redis is away."""
    return _quietly(lambda: _client().zcount(_TAKEN, _client().time()[0], "+inf"))


def _lasts() -> int:
    """Opening a connection may take as long as the server is given to answer."""
    return settings.EMAIL_TIMEOUT + 60


def _quietly(ask):
    try:
        return ask()
    except redis.RedisError:
        return None


@lru_cache(maxsize=1)
def _client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.3)
