-- Store a message once, mark its id as seen, and put its conversation on the schedule.
-- KEYS seen inbox schedule bell   ARGV id blob conversation keep_ms most_waiting
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[4])
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 'duplicate' end
if redis.call('LLEN', KEYS[2]) >= tonumber(ARGV[5]) then return 'full' end
redis.call('RPUSH', KEYS[2], ARGV[2])
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
if redis.call('ZADD', KEYS[3], 'NX', now, ARGV[3]) == 1 then
  redis.call('LPUSH', KEYS[4], '1')
  redis.call('LTRIM', KEYS[4], 0, 255)
end
return 'accepted'
