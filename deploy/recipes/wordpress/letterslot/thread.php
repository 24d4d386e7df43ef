<?php
// What a classic theme reads in the place of its own comments.php.
defined('ABSPATH') || exit;
echo letterslot_thread(); // printed and escaped by Letterslot
