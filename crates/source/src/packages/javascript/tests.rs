mod locks;
mod npm;
