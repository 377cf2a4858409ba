// Out of the admin's frame: the whole window goes where the page says.
open(document.querySelector('meta[name="leave-for"]').content, "_top");
