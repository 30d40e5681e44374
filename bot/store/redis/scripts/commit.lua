#!lua flags=allow-oom
-- Write a whole turn, if its claim still holds. Turns are what empties a Redis whose memory is full.
-- KEYS schedule leases attempts bell inbox state events journal outbox counts last given
-- ARGV conversation token state events keep ttl_s delivery last_ms forget counted given given_ttl_s
--      mark journal...
if redis.call('HGET', KEYS[2], ARGV[1]) ~= ARGV[2] then return 0 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local forget = ARGV[9] == '1'

redis.call('LPOP', KEYS[5])
if forget then
  redis.call('DEL', KEYS[6], KEYS[7], KEYS[11], KEYS[12])
else
  if ARGV[11] ~= '' then redis.call('SET', KEYS[12], ARGV[11]) end
  redis.call('EXPIRE', KEYS[12], ARGV[12])
  redis.call('SET', KEYS[6], ARGV[3], 'EX', ARGV[6])
  if ARGV[4] ~= '' then redis.call('RPUSH', KEYS[7], ARGV[4]) end
  if tonumber(ARGV[5]) < 0 then redis.call('DEL', KEYS[7]) end
  if tonumber(ARGV[5]) > 0 then redis.call('LTRIM', KEYS[7], -ARGV[5], -1) end
  redis.call('EXPIRE', KEYS[7], ARGV[6])
end
if ARGV[7] ~= '' then
  if forget and tonumber(ARGV[8]) > 0 then
    -- Answers that no caller of the web has taken would lie there for minutes.
    for _, entry in ipairs(redis.call('XRANGE', KEYS[9], '-', '+')) do
      if entry[2][3] == 'c' and entry[2][4] == ARGV[13] then redis.call('XDEL', KEYS[9], entry[1]) end
    end
  end
  redis.call('XADD', KEYS[9], '*', 'd', ARGV[7], 'c', ARGV[13])
  if tonumber(ARGV[8]) > 0 then
    redis.call('XTRIM', KEYS[9], 'MINID', string.format('%.0f', now - ARGV[8]))
    if not forget then redis.call('SET', KEYS[11], ARGV[7], 'PX', ARGV[8]) end
  end
end
if ARGV[10] ~= '' then redis.call('HINCRBY', KEYS[10], ARGV[10], 1) end
for i = 14, #ARGV do redis.call('XADD', KEYS[8], '*', 'e', ARGV[i]) end

redis.call('HDEL', KEYS[2], ARGV[1])
redis.call('HDEL', KEYS[3], ARGV[1])
if redis.call('LLEN', KEYS[5]) == 0 then
  redis.call('ZREM', KEYS[1], ARGV[1])
else
  redis.call('ZADD', KEYS[1], now, ARGV[1])
  redis.call('LPUSH', KEYS[4], '1')
end
return 1
