-- Store a message once, remember its mark, and put its conversation on the schedule.
-- KEYS seen inbox schedule bell   ARGV mark blob conversation keep_ms most_waiting
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local seen = redis.call('ZSCORE', KEYS[1], ARGV[1])
if seen and tonumber(seen) > now - ARGV[4] then return 'duplicate' end
if redis.call('LLEN', KEYS[2]) >= tonumber(ARGV[5]) then return 'full' end
-- This write comes first: a Redis whose memory is full refuses it, and with it all that follows.
redis.call('RPUSH', KEYS[2], ARGV[2])
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[4])
if redis.call('ZADD', KEYS[3], 'NX', now, ARGV[3]) == 1 then
  redis.call('LPUSH', KEYS[4], '1')
  redis.call('LTRIM', KEYS[4], 0, 255)
end
return 'accepted'
