-- Replace a value that nobody has changed meanwhile; how long it is kept stays.
-- KEYS name   ARGV old new
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
return 1
