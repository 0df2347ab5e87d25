When a link on the way is cut, what was lost with it is sent again at once by another way.

> a, b, c and d meet in a ring
> a sends "by the short way" to c
    a       #1 to c: accepted
    a -> b  #1 from a to c (64 hops left)
    b -> c  #1 from a to c (63 hops left)
    c       reads "by the short way", #1 from a
    c -> b  receipt from c to a: has a's #1
    b -> a  receipt from c to a: has a's #1
    a       #1 to c: delivered

The link is cut while a message is on its way to b. With no way left but back, b keeps a copy for c; a hears of the cut
and sends another one by d.

> cut b - c; a sends "just then" to c
    a       #2 to c: accepted
    a -> b  #2 from a to c (64 hops left)
    b -> a  receipt from b to a: keeps a's #2
    a -> d  #2 from a to c (64 hops left)
    d -> c  #2 from a to c (63 hops left)
    c       reads "just then", #2 from a
    c -> d  receipt from c to a: has a's #1-2
    d -> a  receipt from c to a: has a's #1-2
    a       #2 to c: delivered
    a -> b  receipt from a to b: a's #2 is settled

> a sends "by the other way" to c
    a       #3 to c: accepted
    a -> d  #3 from a to c (64 hops left)
    d -> c  #3 from a to c (63 hops left)
    c       reads "by the other way", #3 from a
    c -> d  receipt from c to a: has a's #1-3
    d -> a  receipt from c to a: has a's #1-3
    a       #3 to c: delivered
> what is kept?
