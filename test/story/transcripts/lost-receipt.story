A receipt that is lost costs one repetition, and nobody reads anything twice.

> a, b and c meet in a line
> lose the next receipt from c
> a sends "hi" to c
    a       #1 to c: accepted
    a -> b  #1 from a to c (64 hops left)
    b -> c  #1 from a to c (63 hops left)
    c       reads "hi", #1 from a
    c -> b  receipt from c to a: has a's #1 (lost)

No receipt within half a second: a sends it again. To c it is known; the receipt is what is repeated.

> wait 2 s
    a -> b  #1 from a to c, again (64 hops left)
    b -> c  #1 from a to c, again (63 hops left)
    c -> b  receipt from c to a: has a's #1
    b -> a  receipt from c to a: has a's #1
    a       #1 to c: delivered

Receipts are cumulative, so that the next one would have made good for it as well.

> lose the next receipt from c
> a sends "one" to c
    a       #2 to c: accepted
    a -> b  #2 from a to c (64 hops left)
    b -> c  #2 from a to c (63 hops left)
    c       reads "one", #2 from a
    c -> b  receipt from c to a: has a's #1-2 (lost)
> a sends "two" to c
    a       #3 to c: accepted
    a -> b  #3 from a to c (64 hops left)
    b -> c  #3 from a to c (63 hops left)
    c       reads "two", #3 from a
    c -> b  receipt from c to a: has a's #1-3
    b -> a  receipt from c to a: has a's #1-3
    a       #2-3 to c: delivered
