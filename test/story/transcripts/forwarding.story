A message for a peer two hops away crosses the one between, and its receipt comes back the same way.

> a, b and c meet in a line
> a sends "hi" to c
    a       #1 to c: accepted
    a -> b  #1 from a to c (64 hops left)
    b -> c  #1 from a to c (63 hops left)
    c       reads "hi", #1 from a
    c -> b  receipt from c to a: has a's #1
    b -> a  receipt from c to a: has a's #1
    a       #1 to c: delivered

What is sent at one instant shares one write to the disk, one frame on each link, and one receipt.

> c sends "hi yourself", "how are you?" and "still there?" to a
    c       #1-3 to a: accepted
    c -> b  #1-3 from c to a (64 hops left)
    b -> a  #1-3 from c to a (63 hops left)
    a       reads "hi yourself", #1 from c
    a       reads "how are you?", #2 from c
    a       reads "still there?", #3 from c
    a -> b  receipt from a to c: has c's #1-3
    b -> c  receipt from a to c: has c's #1-3
    c       #1-3 to a: delivered

> what is kept?
> what does c say of #2?
    c       #2 to a: delivered (nothing: it is settled)
