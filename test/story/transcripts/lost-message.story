A message that is lost on its way is sent again until its receipt comes, and what came too early waits for its turn.

> a, b and c meet in a line
> lose the next message from b
> a sends "first" to c
    a       #1 to c: accepted
    a -> b  #1 from a to c (64 hops left)
    b -> c  #1 from a to c (63 hops left) (lost)

The next one is there before it. It is neither shown nor receipted.

> a sends "second" to c
    a       #2 to c: accepted
    a -> b  #2 from a to c (64 hops left)
    b -> c  #2 from a to c (63 hops left)

> wait 2 s
    a -> b  #1-2 from a to c, again (64 hops left)
    b -> c  #1-2 from a to c, again (63 hops left)
    c       reads "first", #1 from a
    c       reads "second", #2 from a
    c -> b  receipt from c to a: has a's #1-2
    b -> a  receipt from c to a: has a's #1-2
    a       #1-2 to c: delivered
